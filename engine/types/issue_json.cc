#include "engine/types/issue_json.h"

#include "engine/base/fields.h"

namespace bd {

namespace {

// Writes one member under its key, or nothing if it is empty and may be left out.
class MemberWriter {
 public:
  MemberWriter(JsonWriter& out, const Issue& issue) : out_(out), issue_(issue) {}

  void Write(const IssueField& field) {
    std::visit([&](auto member) { Value(field, issue_.*member); }, field.member);
  }

 private:
  template <typename T>
  void Value(const IssueField& field, const T& value) {
    if constexpr (!std::is_same_v<T, Time>) {
      if (!field.always && IsEmptyField(value)) return;
    }
    out_.Key(field.key);
    WriteJson(out_, value);
  }

  JsonWriter& out_;
  const Issue& issue_;
};

// The members of an object text, after those written already.
void WriteExtra(JsonWriter& out, const RawJson& extra) {
  if (extra.text.size() > 2) out.Raw(std::string_view(extra.text).substr(1, extra.text.size() - 2));
}

}  // namespace

void WriteIssueMembers(JsonWriter& out, const Issue& issue, const FieldSet& without) {
  MemberWriter writer(out, issue);
  for (size_t i = 0; i < kIssueFieldCount; ++i) {
    if (!without.test(i)) writer.Write(kIssueFields[i]);
  }
  WriteExtra(out, issue.extra);
}

void WriteJson(JsonWriter& out, const Issue& issue) {
  out.BeginObject();
  WriteIssueMembers(out, issue, {});
  out.EndObject();
}

void AppendIssueLine(std::string& out, const Issue& issue) {
  JsonWriter writer(out);
  WriteJson(writer, issue);
}

std::string IssueLine(const Issue& issue) {
  std::string line;
  AppendIssueLine(line, issue);
  return line;
}

void WriteJson(JsonWriter& out, const Dependency& dependency) {
  out.BeginObject();
  FieldWriter write(out);
  write("issue_id", dependency.issue_id);
  write("depends_on_id", dependency.depends_on_id);
  write("type", dependency.type);
  write("created_at", dependency.created_at);
  write("created_by", dependency.created_by, kOmitEmpty);
  write("metadata", dependency.metadata, kOmitEmpty);
  write("thread_id", dependency.thread_id, kOmitEmpty);
  WriteExtra(out, dependency.extra);
  out.EndObject();
}

void WriteJson(JsonWriter& out, const Comment& comment) {
  out.BeginObject();
  FieldWriter write(out);
  write("id", comment.id);
  write("issue_id", comment.issue_id);
  write("author", comment.author);
  write("text", comment.text);
  write("created_at", comment.created_at);
  WriteExtra(out, comment.extra);
  out.EndObject();
}

}  // namespace bd
