// A source file as the rules of tidy_test see it: its lines, its code without comments and literals, and
// its tokens with the functions and namespaces they stand in. No parser: it knows this project's habits.
#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

inline bool IsWordChar(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

inline std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t feed = text.find('\n');
    lines.push_back(text.substr(0, feed));
    text.remove_prefix(feed == std::string_view::npos ? text.size() : feed + 1);
  }
  return lines;
}

// The end of the literal that begins at `at`, which is a quote.
inline size_t LiteralEnd(std::string_view text, size_t at) {
  const char quote = text[at];
  if (quote == '"' && at > 0 && text[at - 1] == 'R') {
    const size_t open = text.find('(', at);
    if (open == std::string_view::npos) return text.size();
    const std::string close = ")" + std::string(text.substr(at + 1, open - at - 1)) + "\"";
    const size_t end = text.find(close, open);
    return end == std::string_view::npos ? text.size() : end + close.size();
  }
  for (size_t i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    }
  }
  return at + 1;
}

// The text with blanks for comments, for what is inside of literals, and for lines of the preprocessor.
inline std::string CodeOf(std::string_view text) {
  std::string code(text);
  auto blank = [&code](size_t from, size_t to) {
    for (size_t i = from; i < std::min(to, code.size()); ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
  };
  bool line_begins = true;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    size_t end = i + 1;
    if (text.substr(i, 2) == "//") {
      end = std::min(text.find('\n', i), text.size());
      blank(i, end);
    } else if (line_begins && c == '#') {
      end = text.find('\n', i);
      while (end != std::string_view::npos && text[end - 1] == '\\') end = text.find('\n', end + 1);
      end = std::min(end, text.size());
      blank(i, end);
    } else if (c == '"' || (c == '\'' && !(i > 0 && IsWordChar(text[i - 1])))) {
      end = LiteralEnd(text, i);
      blank(i + 1, end - 1);
    }
    if (c == '\n') {
      line_begins = true;
    } else if (c != ' ') {
      line_begins = false;
    }
    i = end;
  }
  return code;
}

struct Token {
  std::string_view text;
  int line = 0;
};

// Words and numbers, "::", "->", and single other characters.
inline std::vector<Token> TokensOf(std::string_view code) {
  std::vector<Token> tokens;
  int line = 1;
  for (size_t i = 0; i < code.size();) {
    size_t end = i + 1;
    if (code[i] == '\n') ++line;
    if (IsWordChar(code[i])) {
      while (end < code.size() && IsWordChar(code[end])) ++end;
    } else if (code.substr(i, 2) == "::" || code.substr(i, 2) == "->") {
      ++end;
    }
    if (code[i] != ' ' && code[i] != '\n') tokens.push_back({code.substr(i, end - i), line});
    i = end;
  }
  return tokens;
}

struct Function {
  std::string_view name;
  int first_line = 0, last_line = 0;
};

// A variable that can change and outlives a call.
struct Lasting {
  std::string_view name;
  int line = 0;
};

// Finds functions, and variables that are static or global and not constant.
class Outline {
 public:
  explicit Outline(const std::vector<Token>& tokens) {
    scopes_.push_back({Kind::kNamespace, {}});
    for (const Token& token : tokens) Take(token);
  }
  const std::vector<Function>& functions() const { return functions_; }
  const std::vector<Lasting>& lasting() const { return lasting_; }

 private:
  enum class Kind { kNamespace, kClass, kFunction, kBlock, kInitialiser };
  struct Scope {
    Kind kind;
    std::vector<Token> head;  // of the statement that goes on in it
  };

  std::vector<Token>& head() { return scopes_.back().head; }

  void Take(const Token& token) {
    if (token.text == "{") {
      scopes_.push_back({KindOf(), {}});
    } else if (token.text == "}") {
      Close(token);
    } else if (token.text == ";") {
      JudgeStatement();
      head().clear();
    } else if (token.text == ":" && scopes_.back().kind == Kind::kClass && head().size() == 1) {
      head().clear();  // public:
    } else {
      head().push_back(token);
    }
  }

  bool Has(std::string_view word) {
    return std::any_of(head().begin(), head().end(), [word](const Token& t) { return t.text == word; });
  }
  // The first of these characters that is not within brackets.
  std::string_view FirstOf(std::string_view characters) {
    int depth = 0;
    for (const Token& t : head()) {
      if (depth == 0 && t.text.size() == 1 && characters.find(t.text[0]) != std::string_view::npos)
        return t.text;
      if (t.text == "(" || t.text == "[") ++depth;
      if (t.text == ")" || t.text == "]") --depth;
    }
    return {};
  }

  // What the brace that comes now opens.
  Kind KindOf() {
    const Kind outer = scopes_.back().kind;
    if (outer == Kind::kFunction || outer == Kind::kBlock) {
      JudgeStatic();
      return Kind::kBlock;
    }
    if (outer == Kind::kInitialiser) return outer;
    if (Has("namespace")) return Kind::kNamespace;
    const std::string_view last = head().empty() ? "" : head().back().text;
    const bool after_brackets = last == ")" || last == "}" || last == "const" || last == "noexcept" ||
                                last == "override" || last == "final" || Has("->");
    const bool is_value = FirstOf("=") == "=" && !Has("operator");
    if (Has("(") && after_brackets && !is_value) return Kind::kFunction;
    for (const char* word : {"class", "struct", "union", "enum"}) {
      if (Has(word) && !is_value) return Kind::kClass;
    }
    return Kind::kInitialiser;
  }

  void Close(const Token& token) {
    const Kind kind = scopes_.back().kind;
    if (scopes_.size() > 1) scopes_.pop_back();
    if (kind == Kind::kFunction) functions_.push_back({NameOf(), head().front().line, token.line});
    if (kind == Kind::kInitialiser || kind == Kind::kClass) {
      head().push_back(token);
    } else {
      head().clear();
    }
  }

  std::string_view NameOf() {
    std::string_view name;
    for (const Token& t : head()) {
      if (t.text == "(" && !name.empty() && name != "requires") break;
      if (IsWordChar(t.text[0])) name = t.text;
    }
    return name;
  }

  void JudgeStatement() {
    if (scopes_.back().kind != Kind::kNamespace) return JudgeStatic();
    if (head().empty() || FirstOf("(=") == "(" || Has("operator")) return;
    for (const char* word : {"using", "namespace", "class", "struct", "enum", "union", "typedef", "friend",
                             "extern", "static_assert", "const", "constexpr"}) {
      if (Has(word)) return;
    }
    Note();
  }

  void JudgeStatic() {
    if (!Has("static") || Has("const") || Has("constexpr")) return;
    const bool in_class = scopes_.back().kind == Kind::kClass;
    if (in_class && FirstOf("(=") == "(") return;  // a function of the class
    Note();
  }

  void Note() {
    std::string_view name;
    for (const Token& t : head()) {
      if (t.text == "=" || t.text == "(" || t.text == "[" || t.text == "}") break;
      if (IsWordChar(t.text[0])) name = t.text;
    }
    lasting_.push_back({name, head().front().line});
  }

  std::vector<Scope> scopes_;
  std::vector<Function> functions_;
  std::vector<Lasting> lasting_;
};

}  // namespace tidy
