// Requests and replies as JSON: what a struct describes of itself comes back from its text, members of
// every kind; and no text, however malformed, does more than fail.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "bd/command.h"
#include "engine/base/fields.h"
#include "engine/edit/update.h"
#include "engine/types/filter.h"
#include "engine/types/issue_json.h"
#include "tests/property/generators.h"

namespace bd {
namespace {

struct Inner {
  std::string name;
  std::optional<int64_t> number;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("name", self.name);
    visit("number", self.number);
  }
};

// Every kind of member, written always and left out when empty.
struct Everything {
  std::string text, optional_text;
  bool flag = false, optional_flag = false;
  int small = 0, optional_small = 0;
  int64_t large = 0, optional_large = 0;
  double real = 0, optional_real = 0;
  RawJson raw{"null"}, optional_raw;
  Time moment;
  std::optional<Time> optional_moment;
  std::optional<std::string> absent, optional_absent;
  std::vector<std::string> list, optional_list;
  std::vector<Inner> inners;
  std::vector<std::vector<int64_t>> nested;
  std::map<std::string, std::string> map;
  std::map<std::string, Inner> optional_map;
  Inner inner;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("text", self.text);
    visit("optional_text", self.optional_text, kOmitEmpty);
    visit("flag", self.flag);
    visit("optional_flag", self.optional_flag, kOmitEmpty);
    visit("small", self.small);
    visit("optional_small", self.optional_small, kOmitEmpty);
    visit("large", self.large);
    visit("optional_large", self.optional_large, kOmitEmpty);
    visit("real", self.real);
    visit("optional_real", self.optional_real, kOmitEmpty);
    visit("raw", self.raw);
    visit("optional_raw", self.optional_raw, kOmitEmpty);
    visit("moment", self.moment);
    visit("optional_moment", self.optional_moment, kOmitEmpty);
    visit("absent", self.absent);
    visit("optional_absent", self.optional_absent, kOmitEmpty);
    visit("list", self.list);
    visit("optional_list", self.optional_list, kOmitEmpty);
    visit("inners", self.inners);
    visit("nested", self.nested);
    visit("map", self.map);
    visit("optional_map", self.optional_map, kOmitEmpty);
    visit("inner", self.inner);
  }
};

template <typename T>
std::string JsonOf(const T& value, JsonWriter::Form form = JsonWriter::Form::kCompact) {
  std::string text;
  JsonWriter out(text, form);
  WriteJson(out, value);
  return text;
}

template <typename T>
Result<T> FromJson(std::string_view text) {
  const JsonDocument document = TRY(JsonDocument::Parse(text));
  T value{};
  TRY(ReadJson(document.root(), value));
  return value;
}

template <typename T>
std::optional<T> Maybe(T value) {
  if (arbitrary::Chance(50)) return std::nullopt;
  return value;
}

Inner AnyInner() { return {*arbitrary::Text(), Maybe(*rc::gen::arbitrary<int64_t>())}; }

double AnyReal() {
  return *rc::gen::element(0.0, 0.1, -2.5, 1e300, 5e-324, 1.7976931348623157e308, 123456789.125, -1e-7);
}

Everything AnyEverything() {
  Everything e;
  e.text = *arbitrary::Text();
  e.optional_text = *arbitrary::Text();
  e.flag = *rc::gen::arbitrary<bool>();
  e.optional_flag = *rc::gen::arbitrary<bool>();
  e.small = *rc::gen::arbitrary<int>();
  e.optional_small = *rc::gen::element(0, 1, INT32_MIN, INT32_MAX);
  e.large = *rc::gen::element<int64_t>(0, 1, -1, INT64_MIN, INT64_MAX, 1LL << 53);
  e.optional_large = *rc::gen::arbitrary<int64_t>();
  e.real = AnyReal();
  e.optional_real = AnyReal();
  // Numbers of foreign JSON are read as doubles here, so whole ones only.
  e.raw.text = *rc::gen::element<std::string>("null", "17", "[]", R"({"b":1,"a":[true,{"x":"\u003c\"é"}]})");
  e.optional_raw.text = *rc::gen::element<std::string>("", R"("text")", R"([[1],[2,[3]],{}])");
  e.moment = *arbitrary::AnyTime();
  e.optional_moment = Maybe(*arbitrary::AnyTime());
  e.absent = Maybe(*arbitrary::Text());
  e.optional_absent = Maybe(*arbitrary::Text());
  e.list = *rc::gen::container<std::vector<std::string>>(arbitrary::Text());
  e.optional_list = *rc::gen::container<std::vector<std::string>>(arbitrary::Text());
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
    e.inners.push_back(AnyInner());
    e.nested.push_back(*rc::gen::arbitrary<std::vector<int64_t>>());
    e.map[*arbitrary::Text()] = *arbitrary::Text();
    e.optional_map[*arbitrary::Text()] = AnyInner();
  }
  e.inner = AnyInner();
  return e;
}

RC_GTEST_PROP(WireLaws, AStructWithMembersOfEveryKindComesBackFromItsText, ()) {
  const Everything value = AnyEverything();
  const auto form = *rc::gen::element(JsonWriter::Form::kCompact, JsonWriter::Form::kIndented);
  const Everything read = arbitrary::Get(FromJson<Everything>(JsonOf(value, form)));
  RC_ASSERT(JsonOf(read) == JsonOf(value));
  RC_ASSERT(read.large == value.large);
  RC_ASSERT(read.real == value.real);
  RC_ASSERT(read.text == value.text);
  RC_ASSERT(read.list == value.list);
  RC_ASSERT(read.map == value.map);
  RC_ASSERT(read.optional_absent == value.optional_absent);
}

RC_GTEST_PROP(WireLaws, TheIndentedFormSaysTheSameAsTheCompactOne, ()) {
  const std::string compact = *arbitrary::Json(6);
  std::string indented;
  JsonWriter(indented, JsonWriter::Form::kIndented).Raw(compact);
  RC_ASSERT(CompactJson(indented) == compact);
  RC_ASSERT(!JsonProblem(indented).has_value());
}

RC_GTEST_PROP(WireLaws, AnIssueComesBackFromAReply, ()) {
  Issue issue = *arbitrary::AnyIssue("bd-1");
  issue.extra.text.clear();
  for (Dependency& edge : issue.dependencies) edge.extra.text.clear();
  for (Comment& comment : issue.comments) comment.extra.text.clear();
  for (auto json :
       {&Issue::metadata, &Issue::bonded_from, &Issue::creator, &Issue::validations, &Issue::quality_score}) {
    if (!(issue.*json).empty()) (issue.*json).text = R"([{"a":"\u003c"},1,null])";
  }
  RC_ASSERT(arbitrary::Get(FromJson<Issue>(JsonOf(issue))) == issue);
  const std::vector<Comment> comments =
      arbitrary::Get(FromJson<std::vector<Comment>>(JsonOf(issue.comments)));
  RC_ASSERT(comments == issue.comments);
}

RC_GTEST_PROP(WireLaws, RequestsOfTheEngineComeBackFromTheirText, ()) {
  FieldChanges changes;
  if (arbitrary::Chance(50)) changes.title = *arbitrary::Text();
  if (arbitrary::Chance(50)) changes.notes = *arbitrary::Text();
  if (arbitrary::Chance(50)) changes.priority = *rc::gen::inRange(0, 5);
  if (arbitrary::Chance(50)) changes.due_at = *arbitrary::AnyTime();
  if (arbitrary::Chance(50)) changes.ephemeral = *rc::gen::arbitrary<bool>();
  changes.clear_defer = *rc::gen::arbitrary<bool>();
  const FieldChanges read = arbitrary::Get(FromJson<FieldChanges>(JsonOf(changes)));
  // Absent and empty are different things: one keeps a member, the other clears it.
  RC_ASSERT(read.title == changes.title);
  RC_ASSERT(read.notes == changes.notes);
  RC_ASSERT(read.ephemeral == changes.ephemeral);
  RC_ASSERT(JsonOf(read) == JsonOf(changes));
  LabelChanges labels;
  labels.set = Maybe(std::vector<std::string>());
  labels.add = *rc::gen::container<std::vector<std::string>>(arbitrary::Text());
  RC_ASSERT(arbitrary::Get(FromJson<LabelChanges>(JsonOf(labels))).set == labels.set);
  IssueFilter filter;
  filter.status = Maybe(*arbitrary::Text());
  filter.created.after = Maybe(*arbitrary::AnyTime());
  filter.ids = *rc::gen::container<std::vector<std::string>>(arbitrary::Text());
  RC_ASSERT(JsonOf(arbitrary::Get(FromJson<IssueFilter>(JsonOf(filter)))) == JsonOf(filter));
}

RC_GTEST_PROP(WireLaws, AMemberOfTheWrongTypeIsRefusedByItsName, ()) {
  const std::string key = *rc::gen::element<std::string>("text", "flag", "small", "real", "moment", "list",
                                                         "map", "inner", "inners", "absent");
  // No kind of member takes both of these.
  const std::string wrong = key == "text" || key == "absent" || key == "moment" ? "17" : R"("word")";
  const auto read = FromJson<Everything>(Cat("{\"", key, "\":", wrong, "}"));
  RC_ASSERT(!read.has_value());
  RC_ASSERT(read.error().code == Code::kInvalid);
  RC_ASSERT(read.error().message.find(Cat("field '", key, "'")) == 0u);
}

RC_GTEST_PROP(WireLaws, ANumberOutOfRangeIsRefused, ()) {
  const std::string number =
      *rc::gen::element<std::string>("2147483648", "-2147483649", "9223372036854775808", "1.5", "1e30");
  RC_ASSERT(!FromJson<Everything>(Cat("{\"small\":", number, "}")).has_value());
  if (number.size() != 10 && number.size() != 11) {
    RC_ASSERT(!FromJson<Everything>(Cat("{\"large\":", number, "}")).has_value());
  }
}

// Arguments and replies of every command, from texts that no client of ours sends.
RC_GTEST_PROP(WireLaws, NoCommandStumblesOverAMalformedRequest, ()) {
  std::string text = *arbitrary::Json(4);
  if (arbitrary::Chance(50)) {
    const std::string key =
        *rc::gen::element<std::string>("ids", "id", "issues", "changes", "filter", "reason");
    text = Cat("{\"", key, "\":", text, "}");
  }
  const auto document = JsonDocument::Parse(text);
  RC_PRE(document.has_value());
  for (const Command* command : AllCommands()) {
    if (command->handlers.read_args == nullptr) continue;
    const auto args = command->handlers.read_args(document->root());
    if (!args) RC_ASSERT(args.error().code == Code::kInvalid);
    const auto body = command->handlers.read_body(document->root());
    if (!body) RC_ASSERT(body.error().code == Code::kInvalid);
  }
}

// What a request says is all that it says: written, read and written again it is the same text.
TEST(WireLaws, TheArgumentsOfEveryCommandComeBackFromTheirText) {
  int commands = 0;
  for (const Command* command : AllCommands()) {
    if (command->handlers.read_args == nullptr) continue;
    const auto empty = JsonDocument::Parse("{}");
    const auto args = command->handlers.read_args(empty->root());
    ASSERT_TRUE(args.has_value()) << command->name << ": " << args.error().message;
    std::string first, second;
    JsonWriter out(first);
    (*args)->WriteWire(out);
    const auto document = JsonDocument::Parse(first);
    ASSERT_TRUE(document.has_value()) << command->name << ": " << first;
    const auto again = command->handlers.read_args(document->root());
    ASSERT_TRUE(again.has_value()) << command->name << ": " << again.error().message;
    JsonWriter second_out(second);
    (*again)->WriteWire(second_out);
    EXPECT_EQ(first, second) << command->name;
    ++commands;
  }
  EXPECT_GT(commands, 50);
}

}  // namespace
}  // namespace bd
