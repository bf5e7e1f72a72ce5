#include "engine/sync/merge_files.h"

#include <algorithm>
#include <optional>
#include <set>

#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/sync/merge.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

Result<Issue> ReadIssue(std::string_view line) {
  ParsedLine parsed = TRY(ParseIssueLine(line));
  return std::move(parsed.issue);
}

using OptionalLine = std::optional<std::string>;

OptionalLine Find(const FileVersion& version, const std::string& id) {
  auto line = version.lines().find(id);
  if (line == version.lines().end()) return std::nullopt;
  return line->second;
}

// Both sides changed the issue, or both have it and there is no ancestor.
Result<std::vector<std::string>> MergeBoth(const OptionalLine& base, const std::string& left,
                                           const std::string& right, MergeStrategy strategy) {
  const Issue a = TRY(ReadIssue(left));
  const Issue b = TRY(ReadIssue(right));
  // In one order, whichever side is ours.
  if (AreDifferentIssues(a, b)) return std::vector{std::min(left, right), std::max(left, right)};
  if (strategy == MergeStrategy::kOurs) return std::vector{left};
  if (strategy == MergeStrategy::kTheirs) return std::vector{right};
  std::optional<Issue> ancestor;
  if (base) {
    // An ancestor that cannot be read, or is another issue, is none.
    Result<Issue> read = ReadIssue(*base);
    if (read && !AreDifferentIssues(*read, a)) ancestor = std::move(*read);
  }
  const Issue merged = MergeIssues(ancestor ? &*ancestor : nullptr, a, b);
  // The very bytes of a side that says all of it.
  if (merged == a) return std::vector{left};
  if (merged == b) return std::vector{right};
  return std::vector{IssueLine(merged)};
}

Result<std::vector<std::string>> MergeOne(const OptionalLine& base, const OptionalLine& left,
                                          const OptionalLine& right, MergeStrategy strategy) {
  if (!left || !right) {
    const OptionalLine& there = left ? left : right;
    if (!there || there == base) return std::vector<std::string>();
    return std::vector{*there};
  }
  if (left == right || right == base) return std::vector{*left};
  if (left == base) return std::vector{*right};
  return MergeBoth(base, *left, *right, strategy);
}

}  // namespace

Status FileVersion::Add(std::string_view text, int64_t number) {
  if (Trim(text).empty()) return Ok();
  std::string id(LeadingId(text));
  if (id.empty()) {
    Result<ParsedLine> parsed = ParseIssueLine(text);
    if (!parsed) return Invalid(Cat("failed to parse line ", number, ": ", parsed.error().message));
    id = parsed->issue.id;
    if (id.empty()) return Invalid(Cat("failed to parse line ", number, ": no id"));
  }
  auto [place, is_new] = lines_.try_emplace(std::move(id), text);
  if (is_new || place->second == text) return Ok();
  // A second line of an id: a later version of the issue, or another issue.
  Result<Issue> present = ReadIssue(place->second), second = ReadIssue(text);
  if (!present || !second) {
    return Invalid(Cat("failed to parse line ", number, ": ", (present ? second : present).error().message));
  }
  if (AreDifferentIssues(*present, *second)) {
    others_.emplace_back(text);
  } else if (IsLater(*second, *present)) {
    place->second = text;
  }
  return Ok();
}

Result<FileVersion> FileVersion::Read(LineReader& reader) {
  FileVersion version;
  Line line;
  while (TRY(reader.Next(line))) {
    if (IsConflictMarker(line.text))
      return Invalid(Cat("failed to parse line ", line.number, ": conflict marker"));
    TRY(version.Add(line.text, line.number));
  }
  return version;
}

Result<std::vector<std::string>> MergeVersions(const FileVersion& base, const FileVersion& left,
                                               const FileVersion& right, MergeStrategy strategy) {
  std::set<std::string> ids;
  for (const FileVersion* version : {&left, &right}) {
    for (const auto& [id, line] : version->lines()) ids.insert(id);
  }
  std::vector<std::string> merged;
  for (const std::string& id : ids) {
    Result<std::vector<std::string>> lines =
        MergeOne(Find(base, id), Find(left, id), Find(right, id), strategy);
    if (!lines) return Invalid(Cat("issue ", id, ": ", lines.error().message));
    merged.insert(merged.end(), std::move_iterator(lines->begin()), std::move_iterator(lines->end()));
  }
  std::set<std::string> others(left.others().begin(), left.others().end());
  others.insert(right.others().begin(), right.others().end());
  for (const std::string& line : others) {
    if (std::find(merged.begin(), merged.end(), line) == merged.end()) merged.push_back(line);
  }
  return merged;
}

Result<ConflictedFile> ReadConflicts(LineReader& reader) {
  ConflictedFile file;
  enum class Place { kOutside, kLeft, kBase, kRight } place = Place::kOutside;
  Line line;
  while (TRY(reader.Next(line))) {
    if (IsConflictMarker(line.text)) {
      switch (line.text[0]) {
        case '<':
          place = Place::kLeft;
          ++file.conflicts;
          break;
        case '|': place = Place::kBase; break;
        case '=': place = Place::kRight; break;
        default: place = Place::kOutside; break;
      }
      continue;
    }
    const bool all = place == Place::kOutside;
    if (all || place == Place::kLeft) TRY(file.left.Add(line.text, line.number));
    if (all || place == Place::kRight) TRY(file.right.Add(line.text, line.number));
    if (all || place == Place::kBase) TRY(file.base.Add(line.text, line.number));
  }
  if (place != Place::kOutside) return Invalid("the last conflict has no end (a line with >>>>>>>)");
  return file;
}

Result<int64_t> CountConflicts(const std::string& path) {
  Result<os::Fd> opened = os::OpenRead(path);
  if (!opened && opened.error().code == Code::kNotFound) return 0;
  const os::Fd file = TRY(std::move(opened));
  LineReader reader(file);
  int64_t count = 0;
  Line line;
  while (TRY(reader.Next(line))) count += IsConflictMarker(line.text) && line.text[0] == '<';
  return count;
}

}  // namespace bd
