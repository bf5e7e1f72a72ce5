// The JSON form of an issue: writing it in the key order of the file, and reading it leniently.
//
// Reading: keys match in any letter case, null leaves the default, unknown keys are kept in `extra`,
// of a key that stands twice the last one counts, status and type default to open and task, a missing
// time is the zero time. What has the wrong type is an error that names the key.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/json.h"
#include "engine/base/result.h"
#include "engine/types/issue.h"
#include "engine/types/issue_fields.h"

namespace bd {

// Writes all members but those in `without`; the object is begun and ended by the caller.
void WriteIssueMembers(JsonWriter& out, const Issue& issue, const FieldSet& without);
// The line of the file: compact, everything, no line feed.
std::string IssueLine(const Issue& issue);
void AppendIssueLine(std::string& out, const Issue& issue);

void WriteJson(JsonWriter& out, const Issue& issue);
void WriteJson(JsonWriter& out, const Dependency& dependency);
void WriteJson(JsonWriter& out, const Comment& comment);
Status ReadJson(JsonValue json, Issue& issue);
Status ReadJson(JsonValue json, Dependency& dependency);
Status ReadJson(JsonValue json, Comment& comment);

// What a line may be besides an issue: a marker that deletes one.
struct ParsedLine {
  Issue issue;
  bool deletion_marker = false;  // {"id": ..., "_deleted": true}
};

// The object on one line. kInvalid says what is wrong and at which byte.
Result<ParsedLine> ParseIssueLine(std::string_view line);
Result<Issue> ParseIssue(std::string_view json);

}  // namespace bd
