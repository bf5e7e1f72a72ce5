#include "faultinject/torture/book.h"

#include <algorithm>

#include "engine/base/json.h"
#include "engine/base/text.h"

namespace fault::torture {

namespace {

using bd::Cat;

struct Found {
  std::string id, status;
  std::map<std::string, int> comments, labels;
};

std::string TextOf(const bd::JsonValue& object, std::string_view key) {
  const std::optional<bd::JsonValue> value = object.Find(key);
  return value ? value->AsString().value_or("") : "";
}

Found Read(const bd::JsonValue& line) {
  Found found{TextOf(line, "id"), TextOf(line, "status"), {}, {}};
  if (const auto comments = line.Find("comments")) {
    for (size_t i = 0; i < comments->size(); ++i) ++found.comments[TextOf(comments->At(i), "text")];
  }
  if (const auto labels = line.Find("labels")) {
    for (size_t i = 0; i < labels->size(); ++i) ++found.labels[labels->At(i).AsString().value_or("")];
  }
  return found;
}

class Comparison {
 public:
  Comparison(std::vector<std::string>& wrong, int64_t& found) : wrong_(wrong), found_(found) {}

  void Look(const Issue& issue, const std::vector<Found>& all) {
    if (all.empty()) {
      if (issue.made == Fact::kYes)
        wrong_.push_back(Cat(issue.id, " '", issue.title, "': acknowledged, not found"));
      return;
    }
    const Found& found = all[0];
    if (all.size() > 1) return wrong_.push_back(Cat("'", issue.title, "': made ", all.size(), " times"));
    if (!issue.id.empty() && issue.id != found.id) {
      return wrong_.push_back(
          Cat("'", issue.title, "': acknowledged as ", issue.id, ", found as ", found.id));
    }
    ++found_;
    const bool deleted = found.status == "tombstone";
    Check(issue, "deletion", issue.deleted, deleted ? 1 : 0);
    if (deleted) return;
    Check(issue, "closing", issue.closed, found.status == "closed" ? 1 : 0);
    for (const auto& [text, fact] : issue.comments) Check(issue, text, fact, CountOf(found.comments, text));
    for (const auto& [text, fact] : issue.labels) Check(issue, text, fact, CountOf(found.labels, text));
  }

 private:
  static int CountOf(const std::map<std::string, int>& counts, const std::string& text) {
    const auto at = counts.find(text);
    return at == counts.end() ? 0 : at->second;
  }

  void Check(const Issue& issue, const std::string& what, Fact fact, int count) {
    const bool right = fact == Fact::kYes ? count == 1 : fact == Fact::kNo ? count == 0 : count <= 1;
    if (right) {
      found_ += fact == Fact::kYes ? 1 : 0;
    } else {
      const char* expected = fact == Fact::kYes  ? "acknowledged"
                             : fact == Fact::kNo ? "never asked for"
                                                 : "asked once";
      wrong_.push_back(
          Cat(issue.id, " '", issue.title, "': ", what, " ", expected, ", found ", count, " times"));
    }
  }

  std::vector<std::string>& wrong_;
  int64_t& found_;
};

}  // namespace

std::vector<std::string> Book::Compare(const std::string& exported, int64_t& found) const {
  std::vector<std::string> wrong;
  std::map<std::string, std::vector<Found>> by_title;
  for (const std::string& line : bd::Split(exported, '\n')) {
    if (line.empty()) continue;
    const bd::Result<bd::JsonDocument> document = bd::JsonDocument::Parse(line);
    if (!document) {
      wrong.push_back(Cat("a line of the export is no JSON: ", document.error().message));
      continue;
    }
    by_title[TextOf(document->root(), "title")].push_back(Read(document->root()));
  }
  Comparison comparison(wrong, found);
  for (const Issue& issue : issues) {
    comparison.Look(issue, by_title[issue.title]);
    by_title.erase(issue.title);
  }
  for (const auto& [title, all] : by_title) {
    if (!all.empty()) wrong.push_back(Cat(all[0].id, " '", title, "': nobody asked for it"));
  }
  return wrong;
}

}  // namespace fault::torture
