#include "engine/types/id.h"

#include <algorithm>
#include <cmath>

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/base/text.h"
#include "engine/types/vocabulary.h"

namespace bd {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLowerAlnum(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z'); }
bool IsAlnum(char c) { return IsLowerAlnum(LowerAscii(c)); }

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// Whether a part behind the last hyphen looks like a code: a number, or 3 to 8 base-36 digits that
// contain a digit (three letters alone may be a code).
bool LooksLikeCode(std::string_view part) {
  if (AllDigits(part)) return true;
  if (part.size() < 3 || part.size() > 8 || !std::all_of(part.begin(), part.end(), IsAlnum)) return false;
  return part.size() == 3 || std::any_of(part.begin(), part.end(), IsDigit);
}

}  // namespace

std::string MakeCode(const CodeSource& source, int length, int nonce) {
  ASSERT(length >= kCodeLengthMin && length <= kCodeLengthMax);
  Sha256 hash;
  hash.Add(Cat(source.title, "|", source.description, "|", source.creator, "|", source.created_at.UnixNanos(),
               "|", nonce));
  const std::string digest = hash.Digest();
  constexpr int kBytesOf[] = {0, 0, 0, 2, 3, 4, 4, 5, 5};
  uint64_t number = 0;
  for (int i = 0; i < kBytesOf[length]; ++i) {
    number = number << 8 | static_cast<unsigned char>(digest[static_cast<size_t>(i)]);
  }
  std::string code(static_cast<size_t>(length), '0');
  for (auto digit = code.rbegin(); digit != code.rend(); ++digit, number /= 36) {
    *digit = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36];
  }
  return code;
}

int CodeLength(int64_t issues, const LengthRule& rule) {
  const double n = static_cast<double>(issues);
  for (int length = rule.length_min; length < rule.length_max; ++length) {
    const double codes = std::pow(36.0, length);
    if (1 - std::exp(-n * n / (2 * codes)) <= rule.probability_max) return length;
  }
  return rule.length_max;
}

std::optional<ChildId> SplitChildId(std::string_view id) {
  const size_t dot = id.find_last_of('.');
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  std::string_view last = id.substr(dot + 1);
  if (!AllDigits(last)) return std::nullopt;
  std::optional<int64_t> number = ParseInt(last);
  if (!number) return std::nullopt;
  return ChildId{std::string(id.substr(0, dot)), *number};
}

int DotsIn(std::string_view id) { return static_cast<int>(std::count(id.begin(), id.end(), '.')); }

std::string PrefixOf(std::string_view id) {
  const size_t last = id.find_last_of('-');
  if (last == std::string_view::npos) return "";
  if (last + 1 == id.size()) return std::string(id.substr(0, last));
  std::string_view code = id.substr(last + 1);
  code = code.substr(0, code.find('.'));
  return std::string(id.substr(0, LooksLikeCode(code) ? last : id.find('-')));
}

bool IsWellFormedId(std::string_view id) {
  const size_t hyphen = id.find('-');
  if (hyphen == std::string_view::npos || hyphen == 0) return false;
  std::string_view stem = id.substr(0, id.find('.'));
  std::string_view children = id.substr(stem.size());
  if (stem.size() <= hyphen + 1) return false;
  auto fits = [](char c) { return IsAlnum(c) || c == '_' || c == '-'; };
  if (!std::all_of(stem.begin(), stem.end(), fits)) return false;
  while (!children.empty()) {
    children.remove_prefix(1);
    std::string_view number = children.substr(0, children.find('.'));
    if (!AllDigits(number)) return false;
    children.remove_prefix(number.size());
  }
  return true;
}

bool IsExternalReference(std::string_view text) { return text.starts_with(kExternalPrefix); }

Status CheckExternalReference(std::string_view text) {
  std::vector<std::string> parts = Split(text, ':');
  if (parts.size() == 3 && !parts[1].empty() && !parts[2].empty()) return Ok();
  return Invalid(
      Cat("invalid external reference format: expected 'external:<project>:<capability>', got '", text, "'"));
}

}  // namespace bd
