// The three key-value tables: `config` (settings of the workspace), `metadata` (bookkeeping that
// other programs read), `bd_meta` (bookkeeping of ours).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/storage/store.h"
#include "engine/types/vocabulary.h"

namespace bd {

Result<std::optional<std::string>> GetConfig(Tx& tx, std::string_view key);
Status SetConfig(Tx& tx, std::string_view key, std::string_view value);
Status UnsetConfig(Tx& tx, std::string_view key);
Result<std::map<std::string, std::string>> AllConfig(Tx& tx);

Result<std::optional<std::string>> GetMetadata(Tx& tx, std::string_view key);
Status SetMetadata(Tx& tx, std::string_view key, std::string_view value);
Status UnsetMetadata(Tx& tx, std::string_view key);

Result<std::optional<std::string>> GetMeta(Tx& tx, std::string_view key);
Status SetMeta(Tx& tx, std::string_view key, std::string_view value);

// Settings status.custom and types.custom of the database.
Result<Vocabulary> LoadVocabulary(Tx& tx);
// Setting issue_prefix; kNotFound if the database was never given one.
Result<std::string> IssuePrefix(Tx& tx);

}  // namespace bd
