// RapidJSON gives numbers on as text, and yet refuses those that no double can hold. Such a document is read
// a second time with zeros in the places of its numbers, which are kept beside it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bd {

// Takes the numbers out of the text: each becomes a zero and blanks, so that all places stay as they are.
// What is no number by the grammar of JSON stays, and is refused by whoever reads the text.
std::vector<std::string> TakeOutNumbers(std::string& text);

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

}  // namespace bd
