// Text: joining, cutting, comparing, quoting. Bytes are UTF-8 unless said otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace bd {

namespace text_internal {
inline std::string_view Piece(std::string_view text, std::string&) { return text; }
inline std::string_view Piece(char c, std::string& buffer) {
  buffer.assign(1, c);
  return buffer;
}
template <typename T>
requires(std::is_integral_v<T> && !std::is_same_v<T, char> && !std::is_same_v<T, bool>) std::string_view
    Piece(T number, std::string& buffer) {
  buffer = std::to_string(number);
  return buffer;
}
template <typename T>
void AppendPiece(std::string& out, const T& piece) {
  std::string buffer;
  out.append(Piece(piece, buffer));
}
}  // namespace text_internal

// Joins texts, characters and integers.
template <typename... Pieces>
std::string Cat(const Pieces&... pieces) {
  std::string out;
  (text_internal::AppendPiece(out, pieces), ...);
  return out;
}

std::string_view Trim(std::string_view text);  // white space as Go's unicode.IsSpace in ASCII
std::vector<std::string> Split(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& parts, std::string_view separator);
// Items of a comma list: trimmed, empty ones dropped.
std::vector<std::string> SplitList(std::string_view text);

char LowerAscii(char c);
std::string Lower(std::string_view text);                 // ASCII only
std::string Upper(std::string_view text);                 // ASCII only
bool EqualsFold(std::string_view a, std::string_view b);  // ASCII case does not count
// Whether needle occurs in haystack; ASCII case does not count. An empty needle always occurs.
bool ContainsFold(std::string_view haystack, std::string_view needle);

// Decimal with an optional sign and nothing else.
std::optional<int64_t> ParseInt(std::string_view text);
// "true" or "false" in the spellings that flags and the environment use (1, t, yes, on, ...).
std::optional<bool> ParseBool(std::string_view text);

bool IsValidUtf8(std::string_view text);
// Every byte that is not part of a valid sequence becomes U+FFFD.
std::string ReplaceInvalidUtf8(std::string_view text);
// The character at `offset`: its code point and length in bytes (U+FFFD and 1 if invalid).
struct CodePoint {
  uint32_t value;
  size_t length;
};
CodePoint DecodeUtf8(std::string_view text, size_t offset);
void AppendUtf8(std::string& out, uint32_t code_point);

// Columns that a terminal needs for the text.
int DisplayWidth(std::string_view text);
// The text, or its beginning and "…", in at most `width` columns.
std::string FitWidth(std::string_view text, int width);

// "X" with quotes and escapes, for messages (as Go's %q for ordinary text).
std::string Quote(std::string_view text);

// Number of edits (insert, delete, replace) between two words.
int EditDistance(std::string_view a, std::string_view b);

std::string Hex(std::string_view bytes);

}  // namespace bd
