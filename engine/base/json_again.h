// Texts that JSON permits and RapidJSON refuses or reads wrongly, and how they are prepared for it. Every
// byte keeps its place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bd {

// RapidJSON refuses half of a surrogate pair, or makes bytes of it that are no UTF-8. Clients that cut texts
// in the middle of an emoji send it; it becomes \ufffd, as Go reads it.
void MendSurrogates(std::string& text);

// Gives out, one after the other, what a reader of the text meets as numbers.
class NumberSource {
 public:
  NumberSource() = default;
  explicit NumberSource(std::vector<std::string> numbers) : numbers_(std::move(numbers)) {}
  // What stands there; `read` is what the reader sees.
  std::string_view Next(std::string_view read) { return next_ < numbers_.size() ? numbers_[next_++] : read; }

 private:
  std::vector<std::string> numbers_;
  size_t next_ = 0;
};

// RapidJSON gives numbers on as text, and yet refuses those that no double can hold. Such a text is read
// again with zeros and blanks in the places of its numbers, which are kept beside it. What is no number by
// the grammar of JSON stays, and is refused by whoever reads the text.
NumberSource TakeOutNumbers(std::string& text);

}  // namespace bd
