// Issue ids: PREFIX-CODE for top-level issues, PARENT.N for children.
//
// A code is base 36 of a hash over title, description, creator, time and a nonce; it is as short as
// the number of issues allows (source: behaviour of release 0.49.6, test vectors in the unit test).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace bd {

struct CodeSource {
  std::string title;
  std::string description;
  std::string creator;
  Time created_at;
};

constexpr int kCodeLengthMin = 3;
constexpr int kCodeLengthMax = 8;
constexpr int kNoncesPerLength = 10;

// The code of `length` digits (3 to 8).
std::string MakeCode(const CodeSource& source, int length, int nonce);

// The shortest length at which `issues` ids collide with at most `probability_max`.
struct LengthRule {
  double probability_max = 0.25;
  int length_min = kCodeLengthMin;
  int length_max = kCodeLengthMax;
};
int CodeLength(int64_t issues, const LengthRule& rule);

// "a-b.1.2": parent "a-b.1", number 2. Only a last part of digits makes a child.
struct ChildId {
  std::string parent;
  int64_t number;
};
std::optional<ChildId> SplitChildId(std::string_view id);
int DotsIn(std::string_view id);

// The prefix of an id, without its hyphen (source: spec of 0.49.6, "Extracting a prefix").
std::string PrefixOf(std::string_view id);

// Whether an id given by hand is well formed: PREFIX-CODE with letters, digits, '_' and '-', and
// numbers of children behind it.
bool IsWellFormedId(std::string_view id);

// "external:PROJECT:CAPABILITY"
bool IsExternalReference(std::string_view text);
Status CheckExternalReference(std::string_view text);

}  // namespace bd
