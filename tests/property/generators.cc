#include "tests/property/generators.h"

#include <algorithm>
#include <set>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/types/issue_fields.h"
#include "engine/types/issue_json.h"

namespace bd {

void showValue(const Issue& issue, std::ostream& out) { out << IssueLine(issue); }
void showValue(const Time& time, std::ostream& out) { out << FormatTime(time); }
void showValue(const RawJson& json, std::ostream& out) { out << json.text; }

namespace arbitrary {

namespace {

using rc::gen::inRange;

std::string Joined(const std::vector<std::string>& pieces) { return Join(pieces, ""); }

rc::Gen<std::string> Number() {
  return rc::gen::element<std::string>("0", "-0", "1", "-17", "2.50", "1e300", "-1.5E-7", "0.1",
                                       "9223372036854775807", "9223372036854775808",
                                       "-123456789012345678901234567890");
}

std::string List(char open, char close, const std::vector<std::string>& items) {
  return Cat(open, Join(items, ","), close);
}

// A member that a validation may look at is set apart from the others.
void SetCheckedMembers(Issue& issue) {
  issue.title = "t" + *Text();
  issue.priority = *inRange<int64_t>(0, 5);
  issue.estimated_minutes.reset();
  if (Chance(30)) issue.estimated_minutes = *inRange<int64_t>(0, 1'000'000);
  issue.status = *rc::gen::element<std::string>("open", "in_progress", "blocked", "deferred", "closed",
                                                "tombstone", "pinned", "hooked", "odd");
  issue.issue_type = *rc::gen::element<std::string>("task", "bug", "feature", "epic", "chore", "odd");
  issue.closed_at.reset();
  if (issue.IsClosed() || (issue.IsTombstone() && Chance(50))) issue.closed_at = *AnyTime();
  issue.deleted_at.reset();
  if (issue.IsTombstone()) issue.deleted_at = *AnyTime();
  // Kept out of the file unless it came in one; laws about exports have no use for it.
  issue.ephemeral = false;
}

// An unusual value for one member. What no rule looks at may be anything.
class MemberSetter {
 public:
  explicit MemberSetter(Issue& issue) : issue_(issue) {}
  void Set(const IssueField& field) {
    std::visit([&](auto member) { Value(issue_.*member, field.key); }, field.member);
  }

 private:
  void Value(std::string& value, std::string_view key) {
    if (key != "id") value = *Text();
  }
  void Value(int64_t& value, std::string_view) { value = *inRange<int64_t>(-3, INT64_MAX); }
  void Value(std::optional<int64_t>& value, std::string_view) { value = *inRange<int64_t>(0, 100); }
  void Value(bool& value, std::string_view) { value = *rc::gen::arbitrary<bool>(); }
  void Value(Time& value, std::string_view) { value = *AnyTime(); }
  void Value(std::optional<Time>& value, std::string_view) { value = *AnyTime(); }
  void Value(RawJson& value, std::string_view) {
    value.text = *Json(3);
    // These two mean: no metadata.
    if (value.text == "{}" || value.text == "null") value.text = "[]";
  }
  void Value(std::vector<std::string>& value, std::string_view) {
    value = *rc::gen::container<std::vector<std::string>>(Text());
  }
  void Value(std::vector<Dependency>&, std::string_view) {}
  void Value(std::vector<Comment>&, std::string_view) {}

  Issue& issue_;
};

Dependency AnyEdge(const std::string& id) {
  Dependency edge;
  edge.issue_id = id;
  edge.depends_on_id = IdNumber(*inRange(0, 12));
  edge.type = *rc::gen::element<std::string>("blocks", "parent-child", "related", "waits-for", "odd");
  edge.created_at = *AnyTime();
  if (Chance(30)) edge.created_by = *Text();
  if (Chance(30)) edge.metadata = *rc::gen::element<std::string>("{}", R"({"gate":"any-children"})", "x");
  if (Chance(20)) edge.thread_id = *Text();
  if (Chance(20)) edge.extra = *UnknownMembers();
  return edge;
}

Comment AnyComment(const std::string& id) {
  Comment comment;
  comment.id = Chance(80) ? *inRange<int64_t>(0, 20) : *rc::gen::element<int64_t>(-1, 1LL << 40, INT64_MAX);
  comment.issue_id = id;
  comment.author = *Word();
  comment.text = *Text();
  comment.created_at = *AnyTime();
  if (Chance(20)) comment.extra = *UnknownMembers();
  return comment;
}

void AddAttachments(Issue& issue) {
  for (int i = *inRange(0, 3); i > 0; --i) issue.labels.push_back(*Word());
  for (int i = *inRange(0, 3); i > 0; --i) issue.dependencies.push_back(AnyEdge(issue.id));
  for (int i = *inRange(0, 3); i > 0; --i) issue.comments.push_back(AnyComment(issue.id));
  // Comments are told apart by author, text and moment.
  std::set<std::tuple<std::string, std::string, Time>> met;
  std::erase_if(issue.comments,
                [&](const Comment& c) { return !met.emplace(c.author, c.text, c.created_at).second; });
  Normalise(issue);
}

void SetSomeMembers(Issue& issue) {
  for (size_t row : *rc::gen::container<std::set<size_t>>(inRange<size_t>(0, kIssueFieldCount))) {
    MemberSetter(issue).Set(kIssueFields[row]);
  }
}

template <typename T>
void RemoveSome(std::vector<T>& items) {
  std::erase_if(items, [](const T&) { return Chance(40); });
}

}  // namespace

bool Chance(int percent) { return *rc::gen::resize(100, inRange(0, 100)) < percent; }

rc::Gen<std::string> Text() {
  using std::string;
  const rc::Gen<string> piece = rc::gen::element<string>(
      "a", "B", "7", " ", "word", "\"", "\\", "/", "\n", "\r", "\t", "\b", "\f", string(1, '\0'), "\x01",
      "\x1f", "\x7f", "<", ">", "&", ",", ":", "{", "}", "[", "]", "'", "%s", "é", "ß", "中", "😀", "e\u0301",
      "\u2028", "\u2029", "\ufeff", "\ufffd", "\uffff", "\U0010ffff", "\\u0041", "\\n", "=======");
  return rc::gen::map(rc::gen::container<std::vector<string>>(piece), Joined);
}

rc::Gen<std::string> Word() {
  return rc::gen::map(
      rc::gen::resize(4, rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::element('a', 'b', 'c')))),
      [](std::string word) { return word; });
}

rc::Gen<Time> AnyTime() {
  return rc::gen::exec([] {
    Time time;
    // A day of distance to the ends: with its offset too the year has four digits.
    time.seconds = Chance(70) ? *inRange<int64_t>(1'500'000'000, 1'500'000'010)
                              : *inRange<int64_t>(-62135596800 + 86400, 253402300799 - 86400);
    time.nanos = *rc::gen::element(0, 500'000'000, 120'000'000, 1, 999'999'999, 12'345'000);
    time.offset_seconds = 60 * *rc::gen::element(0, 60, -300, 330, 345, -1, 840, -720);
    return time;
  });
}

rc::Gen<std::string> Json(int depth) {
  return rc::gen::exec([depth]() -> std::string {
    const int kind = *rc::gen::resize(100, inRange(0, depth > 0 ? 7 : 4));
    if (kind == 0) return *Number();
    if (kind == 1) return *rc::gen::element<std::string>("true", "false", "null");
    if (kind <= 3) return JsonString(*Text());
    std::vector<std::string> items;
    for (int i = *inRange(0, 4); i > 0; --i) {
      std::string item = *Json(depth - 1);
      items.push_back(kind == 4 ? item : Cat(JsonString(*Word()), ":", item));
    }
    return kind == 4 ? List('[', ']', items) : List('{', '}', items);
  });
}

rc::Gen<RawJson> UnknownMembers() {
  return rc::gen::exec([] {
    std::vector<std::string> members;
    for (int i = *inRange(1, 4); i > 0; --i) {
      members.push_back(Cat(JsonString("x" + *Text()), ":", *Json(4)));
    }
    return RawJson{List('{', '}', members)};
  });
}

rc::Gen<Issue> AnyIssue(const std::string& id) {
  return rc::gen::exec([id] {
    Issue issue;
    issue.id = id;
    SetSomeMembers(issue);
    issue.created_at = *AnyTime();
    issue.updated_at = *AnyTime();
    SetCheckedMembers(issue);
    AddAttachments(issue);
    if (Chance(30)) issue.extra = *UnknownMembers();
    return issue;
  });
}

rc::Gen<Issue> Changed(const Issue& before, const Time& updated_at) {
  return rc::gen::exec([before, updated_at] {
    Issue issue = before;
    SetSomeMembers(issue);
    issue.created_at = before.created_at;
    issue.created_by = before.created_by;
    issue.updated_at = updated_at;
    if (Chance(70)) {
      SetCheckedMembers(issue);
    } else {
      for (auto member : {&Issue::title, &Issue::status, &Issue::issue_type}) issue.*member = before.*member;
      issue.priority = before.priority;
      issue.estimated_minutes = before.estimated_minutes;
      issue.closed_at = before.closed_at;
      issue.deleted_at = before.deleted_at;
      issue.ephemeral = before.ephemeral;
    }
    RemoveSome(issue.labels);
    RemoveSome(issue.dependencies);
    RemoveSome(issue.comments);
    AddAttachments(issue);
    if (Chance(20)) issue.extra = *UnknownMembers();
    return issue;
  });
}

std::string IdNumber(int number) { return Cat("bd-", Hex(std::string(1, static_cast<char>(number)))); }

}  // namespace arbitrary
}  // namespace bd
