#include "sim/run/plan_words.h"

namespace sim {

namespace {

using fault::TextError;

char Unescaped(char c) { return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == '0' ? '\0' : c; }

class LineParser {
 public:
  LineParser(std::string_view line, int number) : line_(line), number_(number) {}

  bool Split(std::vector<Word>& words, TextError& error) {
    while (true) {
      while (at_ < line_.size() && line_[at_] == ' ') ++at_;
      if (at_ == line_.size()) return true;
      Word word;
      word.column = static_cast<int>(at_) + 1;
      while (at_ < line_.size() && line_[at_] != ' ') {
        const char c = line_[at_];
        if (c != '"' && c != '\'') {
          word.text += c;
          ++at_;
        } else if (!Quoted(c, word.text)) {
          error = {number_, word.column, "this quote does not end"};
          return false;
        } else {
          word.quoted = true;
        }
      }
      words.push_back(std::move(word));
    }
  }

 private:
  bool Quoted(char quote, std::string& into) {
    for (++at_; at_ < line_.size(); ++at_) {
      char c = line_[at_];
      if (c == quote) return ++at_, true;
      if (c == '\\' && quote == '"' && at_ + 1 < line_.size()) c = Unescaped(line_[++at_]);
      into += c;
    }
    return false;
  }

  std::string_view line_;
  int number_;
  size_t at_ = 0;
};

}  // namespace

bool SplitWords(std::string_view line, int number, std::vector<Word>& words, TextError& error) {
  return LineParser(line, number).Split(words, error);
}

}  // namespace sim
