#include "engine/base/text.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace bd {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (size_t start = 0;;) {
    size_t end = text.find(separator, start);
    parts.emplace_back(text.substr(start, end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) out.append(separator);
    out.append(part);
  }
  return out;
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> items;
  for (const std::string& part : Split(text, ',')) {
    if (std::string_view item = Trim(part); !item.empty()) items.emplace_back(item);
  }
  return items;
}

char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = LowerAscii(c);
  return out;
}

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return out;
}

bool EqualsFold(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return LowerAscii(x) == LowerAscii(y); });
}

// Finds candidates by the needle's last byte in both cases with memchr, which runs at memory speed;
// only they are compared.
bool ContainsFold(std::string_view haystack, std::string_view needle) {
  if (needle.empty()) return true;
  if (needle.size() > haystack.size()) return false;
  const size_t last = needle.size() - 1;
  auto find = [&](char c, size_t from) {
    const void* at = memchr(haystack.data() + from, c, haystack.size() - from);
    return at ? static_cast<size_t>(static_cast<const char*>(at) - haystack.data()) : haystack.size();
  };
  auto matches = [&](size_t at) { return EqualsFold(haystack.substr(at - last, needle.size()), needle); };
  const char lower = LowerAscii(needle[last]);
  const char upper = Upper(needle.substr(last, 1))[0];
  size_t next_lower = find(lower, last);
  size_t next_upper = lower == upper ? haystack.size() : find(upper, last);
  while (next_lower < haystack.size() || next_upper < haystack.size()) {
    if (next_lower < next_upper) {
      if (matches(next_lower)) return true;
      next_lower = find(lower, next_lower + 1);
    } else {
      if (matches(next_upper)) return true;
      next_upper = find(upper, next_upper + 1);
    }
  }
  return false;
}

std::optional<int64_t> ParseInt(std::string_view text) {
  bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  const uint64_t most = static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0);
  if (value > most) return std::nullopt;
  return static_cast<int64_t>(negative ? -value : value);
}

std::optional<bool> ParseBool(std::string_view text) {
  std::string word = Lower(text);
  if (word == "1" || word == "t" || word == "true" || word == "yes" || word == "on") return true;
  if (word == "0" || word == "f" || word == "false" || word == "no" || word == "off") return false;
  return std::nullopt;
}

CodePoint DecodeUtf8(std::string_view text, size_t offset) {
  constexpr CodePoint kBad{0xfffd, 1};
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(offset);
  if (lead < 0x80) return {lead, 1};
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() - offset < length) return kBad;
  uint32_t value = lead & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(offset + i) & 0xc0) != 0x80) return kBad;
    value = value << 6 | (byte(offset + i) & 0x3fu);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) {
    return kBad;
  }
  return {value, length};
}

void AppendUtf8(std::string& out, uint32_t value) {
  auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (value < 0x80) return put(value);
  if (value < 0x800) {
    put(0xc0 | value >> 6);
  } else {
    if (value < 0x10000) {
      put(0xe0 | value >> 12);
    } else {
      put(0xf0 | value >> 18);
      put(0x80 | (value >> 12 & 0x3f));
    }
    put(0x80 | (value >> 6 & 0x3f));
  }
  put(0x80 | (value & 0x3f));
}

namespace {
bool IsBad(CodePoint point) { return point.value == 0xfffd && point.length == 1; }
}  // namespace

bool IsValidUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    // Eight bytes of ASCII at a time: most texts are little else.
    uint64_t word = 0;
    if (i + sizeof word <= text.size()) {
      std::memcpy(&word, text.data() + i, sizeof word);
      if ((word & 0x8080808080808080) == 0) {
        i += sizeof word;
        continue;
      }
    }
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    CodePoint point = DecodeUtf8(text, i);
    if (IsBad(point)) return false;
    i += point.length;
  }
  return true;
}

std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    CodePoint point = DecodeUtf8(text, i);
    if (IsBad(point)) {
      out.append("\xef\xbf\xbd");
    } else {
      out.append(text.substr(i, point.length));
    }
    i += point.length;
  }
  return out;
}

namespace {

// Zero for combining marks and joiners, two for wide East Asian characters and emoji.
int CharacterWidth(uint32_t c) {
  struct Range {
    uint32_t first, last;
  };
  constexpr Range kZero[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},
                             {0x64b, 0x65f},   {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064},
                             {0x20d0, 0x20f0}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};
  constexpr Range kWide[] = {{0x1100, 0x115f},  {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x2614, 0x2615},
                             {0x26a1, 0x26a1},  {0x2705, 0x2705},   {0x2728, 0x2728},   {0x2e80, 0x303e},
                             {0x3041, 0x33ff},  {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},
                             {0xac00, 0xd7a3},  {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
                             {0xffe0, 0xffe6},  {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff},
                             {0x20000, 0x3fffd}};
  auto in = [c](Range range) { return c >= range.first && c <= range.last; };
  if (c < 0x20 || c == 0x7f) return 0;
  if (std::any_of(std::begin(kZero), std::end(kZero), in)) return 0;
  return std::any_of(std::begin(kWide), std::end(kWide), in) ? 2 : 1;
}

}  // namespace

int DisplayWidth(std::string_view text) {
  int width = 0;
  for (size_t i = 0; i < text.size();) {
    CodePoint point = DecodeUtf8(text, i);
    width += CharacterWidth(point.value);
    i += point.length;
  }
  return width;
}

std::string FitWidth(std::string_view text, int width) {
  if (width <= 0 || DisplayWidth(text) <= width) return std::string(text);
  int used = 0;
  size_t i = 0;
  while (i < text.size()) {
    CodePoint point = DecodeUtf8(text, i);
    used += CharacterWidth(point.value);
    if (used > width - 1) break;
    i += point.length;
  }
  return Cat(text.substr(0, i), "…");
}

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size();) {
    CodePoint point = DecodeUtf8(text, i);
    const char c = text[i];
    if (IsBad(point) || point.value < 0x20 || point.value == 0x7f) {
      if (c == '\n') {
        out += "\\n";
      } else if (c == '\t') {
        out += "\\t";
      } else if (c == '\r') {
        out += "\\r";
      } else {
        out += "\\x" + Hex({&c, 1});
      }
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out.append(text.substr(i, point.length));
    }
    i += point.length;
  }
  return out + '"';
}

int EditDistance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      int replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string Hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (char c : bytes) {
    unsigned char byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace bd
