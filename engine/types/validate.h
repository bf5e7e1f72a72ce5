// What makes an issue acceptable. The texts are interface: clients match them.
#pragma once

#include "engine/base/result.h"
#include "engine/types/issue.h"
#include "engine/types/vocabulary.h"

namespace bd {

// Which words an issue may use.
enum class WordCheck {
  kKnownWords,   // a command: status and type must be known
  kKnownStatus,  // an import: foreign types are kept, since the list of types is not in the file
  kAnyWords,     // the shared file: neither list is in it
};

// Title, priority, status, type, estimate, and that closed_at and deleted_at fit the status.
Status ValidateIssue(const Issue& issue, const Vocabulary& vocabulary, WordCheck words);
// A closed issue that does not say when: when it was touched last. The same in every clone.
void RepairClosedAt(Issue& issue);
// The title of a new issue: not blank, not too long.
Status ValidateTitle(std::string_view title);
// Headings that an issue of its type should have in its description, and has not.
std::vector<std::string> MissingSections(const Issue& issue);
Status ValidateEdgeType(std::string_view type);

}  // namespace bd
