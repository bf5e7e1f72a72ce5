#include "engine/storage/settings.h"

#include "engine/base/text.h"

namespace bd {

namespace {

Result<std::optional<std::string>> Get(Tx& tx, std::string_view table, std::string_view key) {
  return QueryText(tx.db(), Cat("SELECT value FROM ", table, " WHERE key = ?"), key);
}
Status Set(Tx& tx, std::string_view table, std::string_view key, std::string_view value) {
  return tx.db().Execute(Cat("INSERT INTO ", table,
                             "(key, value) VALUES (?, ?) "
                             "ON CONFLICT(key) DO UPDATE SET value = excluded.value"),
                         key, value);
}

}  // namespace

Result<std::optional<std::string>> GetConfig(Tx& tx, std::string_view key) { return Get(tx, "config", key); }
Status SetConfig(Tx& tx, std::string_view key, std::string_view value) {
  return Set(tx, "config", key, value);
}
Status UnsetConfig(Tx& tx, std::string_view key) {
  return tx.db().Execute("DELETE FROM config WHERE key = ?", key);
}

Result<std::map<std::string, std::string>> AllConfig(Tx& tx) {
  std::map<std::string, std::string> all;
  Statement rows = TRY(tx.db().Prepare("SELECT key, value FROM config"));
  while (TRY(rows.Step())) all[rows.Text(0)] = rows.Text(1);
  return all;
}

Result<std::optional<std::string>> GetMetadata(Tx& tx, std::string_view key) {
  return Get(tx, "metadata", key);
}
Status SetMetadata(Tx& tx, std::string_view key, std::string_view value) {
  return Set(tx, "metadata", key, value);
}
Status UnsetMetadata(Tx& tx, std::string_view key) {
  return tx.db().Execute("DELETE FROM metadata WHERE key = ?", key);
}

Result<std::optional<std::string>> GetMeta(Tx& tx, std::string_view key) { return Get(tx, "bd_meta", key); }
Status SetMeta(Tx& tx, std::string_view key, std::string_view value) {
  return Set(tx, "bd_meta", key, value);
}

Result<Vocabulary> LoadVocabulary(Tx& tx) {
  Vocabulary vocabulary;
  vocabulary.custom_statuses = SplitList(TRY(GetConfig(tx, "status.custom")).value_or(""));
  vocabulary.custom_types = SplitList(TRY(GetConfig(tx, "types.custom")).value_or(""));
  return vocabulary;
}

Result<std::string> IssuePrefix(Tx& tx) {
  std::string prefix = TRY(GetConfig(tx, "issue_prefix")).value_or("");
  while (prefix.ends_with('-')) prefix.pop_back();
  if (!prefix.empty()) return prefix;
  return Error{
      Code::kNotFound,
      "database not initialized: issue_prefix config is missing (run 'bd init --prefix <prefix>' first)", "",
      false};
}

}  // namespace bd
