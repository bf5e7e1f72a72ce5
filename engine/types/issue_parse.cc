// The reading half of issue_json.h: a SAX handler, so that a line costs one pass and no tree.
#include <rapidjson/reader.h>

#include <algorithm>

#include "engine/base/fields.h"
#include "engine/base/json_again.h"
#include "engine/base/text.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

// Members of embedded records. Which record is told by the member of the issue that holds it.
enum class Slot {
  kIssueId,
  kDependsOnId,
  kType,
  kCreatedAt,
  kCreatedBy,
  kMetadata,
  kThreadId,
  kId,
  kAuthor,
  kText,
  kNone
};

struct SlotRow {
  std::string_view key;
  Slot slot;
};
constexpr SlotRow kDependencySlots[] = {
    {"issue_id", Slot::kIssueId},     {"depends_on_id", Slot::kDependsOnId}, {"type", Slot::kType},
    {"created_at", Slot::kCreatedAt}, {"created_by", Slot::kCreatedBy},      {"metadata", Slot::kMetadata},
    {"thread_id", Slot::kThreadId}};
constexpr SlotRow kCommentSlots[] = {{"id", Slot::kId},
                                     {"issue_id", Slot::kIssueId},
                                     {"author", Slot::kAuthor},
                                     {"text", Slot::kText},
                                     {"created_at", Slot::kCreatedAt}};

template <size_t N>
Slot FindSlot(const SlotRow (&rows)[N], std::string_view key) {
  for (const SlotRow& row : rows) {
    if (EqualsFold(row.key, key)) return row.slot;
  }
  return Slot::kNone;
}

// Handles the events of one document. The values of unknown keys, and of members that are carried as
// JSON, are written down again event by event, so that their key order and numbers stay.
class LineHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, LineHandler> {
 public:
  LineHandler(ParsedLine& line, NumberSource numbers)
      : line_(line), issue_(line.issue), numbers_(std::move(numbers)) {}
  const std::string& problem() const { return problem_; }

  // The events of rapidjson's reader. Strings come decoded, numbers as they are written.
  bool Null() {
    if (capture_depth_ > 0) return Captured([](JsonWriter& out) { out.Null(); });
    if (BeginsCapture()) return CaptureScalar([](JsonWriter& out) { out.Null(); });
    return true;  // leaves the default
  }
  bool Bool(bool value) {
    if (capture_depth_ > 0) return Captured([=](JsonWriter& out) { out.Bool(value); });
    if (BeginsCapture()) return CaptureScalar([=](JsonWriter& out) { out.Bool(value); });
    if (level_ == 1 && Assign<bool Issue::*>([&](auto member) { issue_.*member = value; })) return true;
    return DoesNotFit("a truth value");
  }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    return Number(numbers_.Next({text, length}));
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view value(text, length);
    if (capture_depth_ > 0) return Captured([&](JsonWriter& out) { out.String(value); });
    if (BeginsCapture()) return CaptureScalar([&](JsonWriter& out) { out.String(value); });
    return level_ == 1 ? IssueString(value) : EmbeddedString(value);
  }

  bool StartObject() {
    if (level_ >= kJsonDepthMax) return Fail(Cat("nested deeper than ", kJsonDepthMax, " levels"));
    if (capture_depth_ > 0 || BeginsCapture()) return StartCaptured('{');
    ++level_;
    if (level_ == 1) return true;
    if (level_ == 3 && list_ == List::kDependencies) {
      issue_.dependencies.emplace_back();
    } else if (level_ == 3 && list_ == List::kComments) {
      issue_.comments.emplace_back();
    } else {
      return DoesNotFit("an object");
    }
    record_extra_.clear();
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    if (capture_depth_ > 0) return EndCaptured('}');
    if (level_ == 3) StoreRecordExtra();
    --level_;
    return true;
  }
  bool StartArray() {
    if (level_ >= kJsonDepthMax) return Fail(Cat("nested deeper than ", kJsonDepthMax, " levels"));
    if (capture_depth_ > 0 || BeginsCapture()) return StartCaptured('[');
    list_ = ListOf();
    if (level_ != 1 || list_ == List::kNone) return DoesNotFit("an array");
    ClearList();
    ++level_;
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    if (capture_depth_ > 0) return EndCaptured(']');
    --level_;
    list_ = List::kNone;
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view value(text, length);
    if (capture_depth_ > 0) {
      if (comma_) captured_ += ',';
      JsonWriter(captured_).String(value);
      captured_ += ':';
      comma_ = false;
      return true;
    }
    key_ = value;
    if (level_ == 1) {
      field_ = IssueFieldIndexFold(key_);
    } else {
      slot_ = list_ == List::kDependencies ? FindSlot(kDependencySlots, key_) : FindSlot(kCommentSlots, key_);
    }
    return true;
  }
  void Finish() {
    if (!extra_.empty()) issue_.extra.text = Cat("{", extra_, "}");
    if (issue_.status.empty()) issue_.status = "open";
    if (issue_.issue_type.empty()) issue_.issue_type = "task";
    if (issue_.metadata.text == "{}" || issue_.metadata.text == "null") issue_.metadata.text.clear();
  }

 private:
  enum class List { kNone, kStrings, kDependencies, kComments };

  bool Fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
  }
  bool DoesNotFit(std::string_view value) {
    if (level_ == 0) return Fail("not an object");
    return Fail(Cat("key ", Quote(key_), ": ", value, " does not fit here"));
  }

  template <typename Member, typename Store>
  bool Assign(Store store) {
    if (!field_) return false;
    const auto* member = std::get_if<Member>(&kIssueFields[*field_].member);
    if (member == nullptr) return false;
    store(*member);
    return true;
  }

  bool Number(std::string_view text) {
    if (capture_depth_ > 0) return Captured([&](JsonWriter& out) { out.Raw(text); });
    if (BeginsCapture()) return CaptureScalar([&](JsonWriter& out) { out.Raw(text); });
    const std::optional<int64_t> value = ParseInt(text);
    if (value && level_ == 1) {
      if (Assign<int64_t Issue::*>([&](auto member) { issue_.*member = *value; })) return true;
      if (Assign<std::optional<int64_t> Issue::*>([&](auto member) { issue_.*member = *value; })) return true;
    }
    if (!value || level_ != 3 || slot_ != Slot::kId) return DoesNotFit("a number");
    issue_.comments.back().id = *value;
    return true;
  }

  bool IssueString(std::string_view value) {
    if (Assign<std::string Issue::*>([&](auto member) { issue_.*member = value; })) return true;
    const bool is_time =
        Assign<Time Issue::*>([](auto) {}) || Assign<std::optional<Time> Issue::*>([](auto) {});
    if (!is_time) return DoesNotFit("a string");
    std::optional<Time> time = ParseRfc3339(value);
    if (!time) return Fail(Cat("key ", Quote(key_), ": ", Quote(value), " is no RFC 3339 time"));
    Assign<Time Issue::*>([&](auto member) { issue_.*member = *time; });
    Assign<std::optional<Time> Issue::*>([&](auto member) { issue_.*member = time; });
    return true;
  }

  bool EmbeddedString(std::string_view value) {
    if (level_ == 2 && list_ == List::kStrings) {
      Assign<std::vector<std::string> Issue::*>([&](auto m) { (issue_.*m).emplace_back(value); });
      return true;
    }
    if (level_ != 3) return DoesNotFit("a string");
    if (slot_ == Slot::kCreatedAt) {
      std::optional<Time> time = ParseRfc3339(value);
      if (!time) return Fail(Cat("key ", Quote(key_), ": ", Quote(value), " is no RFC 3339 time"));
      (list_ == List::kDependencies ? issue_.dependencies.back().created_at
                                    : issue_.comments.back().created_at) = *time;
      return true;
    }
    std::string* place = list_ == List::kDependencies ? DependencyText() : CommentText();
    if (place == nullptr) return DoesNotFit("a string");
    *place = value;
    return true;
  }
  std::string* DependencyText() {
    Dependency& edge = issue_.dependencies.back();
    switch (slot_) {
      case Slot::kIssueId: return &edge.issue_id;
      case Slot::kDependsOnId: return &edge.depends_on_id;
      case Slot::kType: return &edge.type;
      case Slot::kCreatedBy: return &edge.created_by;
      case Slot::kMetadata: return &edge.metadata;
      case Slot::kThreadId: return &edge.thread_id;
      default: return nullptr;
    }
  }
  std::string* CommentText() {
    Comment& comment = issue_.comments.back();
    switch (slot_) {
      case Slot::kIssueId: return &comment.issue_id;
      case Slot::kAuthor: return &comment.author;
      case Slot::kText: return &comment.text;
      default: return nullptr;
    }
  }

  List ListOf() const {
    if (!field_) return List::kNone;
    const IssueMember& member = kIssueFields[*field_].member;
    if (std::holds_alternative<std::vector<std::string> Issue::*>(member)) return List::kStrings;
    if (std::holds_alternative<std::vector<Dependency> Issue::*>(member)) return List::kDependencies;
    if (std::holds_alternative<std::vector<Comment> Issue::*>(member)) return List::kComments;
    return List::kNone;
  }
  void ClearList() {
    Assign<std::vector<std::string> Issue::*>([&](auto m) { (issue_.*m).clear(); });
    Assign<std::vector<Dependency> Issue::*>([&](auto m) { (issue_.*m).clear(); });
    Assign<std::vector<Comment> Issue::*>([&](auto m) { (issue_.*m).clear(); });
  }

  // Capturing: a value whose inside means nothing to us becomes JSON text again.
  bool BeginsCapture() const {
    if (level_ == 1) {
      return !field_ || std::holds_alternative<RawJson Issue::*>(kIssueFields[*field_].member);
    }
    return level_ == 3 && slot_ == Slot::kNone;
  }
  template <typename Write>
  bool CaptureScalar(Write write) {
    captured_.clear();
    JsonWriter out(captured_);
    write(out);
    StoreCaptured();
    return true;
  }
  bool StartCaptured(char open) {
    if (capture_depth_ + level_ >= kJsonDepthMax) {
      return Fail(Cat("nested deeper than ", kJsonDepthMax, " levels"));
    }
    if (capture_depth_ == 0) {
      captured_.clear();
    } else if (comma_) {
      captured_ += ',';
    }
    captured_ += open;
    ++capture_depth_;
    comma_ = false;
    return true;
  }
  bool EndCaptured(char close) {
    captured_ += close;
    comma_ = true;
    if (--capture_depth_ == 0) StoreCaptured();
    return true;
  }
  template <typename Write>
  bool Captured(Write write) {
    if (comma_) captured_ += ',';
    JsonWriter out(captured_);
    write(out);
    comma_ = true;
    return true;
  }
  void StoreCaptured() {
    if (level_ == 3) return AppendMember(record_extra_);
    if (Assign<RawJson Issue::*>([&](auto member) { (issue_.*member).text = captured_; })) return;
    if (key_ == "_deleted") line_.deletion_marker = captured_ == "true";
    AppendMember(extra_);
  }
  void AppendMember(std::string& object) {
    if (!object.empty()) object += ',';
    AppendJsonString(object, key_);
    object += ':';
    object += captured_;
  }
  void StoreRecordExtra() {
    if (record_extra_.empty()) return;
    RawJson& extra =
        list_ == List::kDependencies ? issue_.dependencies.back().extra : issue_.comments.back().extra;
    extra.text = Cat("{", record_extra_, "}");
  }

  ParsedLine& line_;
  Issue& issue_;
  NumberSource numbers_;
  std::string problem_;
  std::string key_;
  std::optional<size_t> field_;  // of key_, in the issue
  Slot slot_ = Slot::kNone;      // of key_, in an embedded record
  List list_ = List::kNone;
  int level_ = 0;          // open objects and arrays that are not captured
  int capture_depth_ = 0;  // open ones inside the captured value
  bool comma_ = false;     // the next captured element needs a comma
  std::string captured_;
  std::string extra_, record_extra_;
};

}  // namespace

namespace {

// `text` is decoded in place. Nothing if it holds a number that the reader refuses.
Result<std::optional<ParsedLine>> ReadLine(std::string text, NumberSource numbers) {
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
  ParsedLine line;
  LineHandler handler(line, std::move(numbers));
  // A zero byte ends the text for the reader; in JSON it has no place anywhere.
  const size_t zero = text.find('\0');
  rapidjson::InsituStringStream stream(text.data());
  rapidjson::Reader reader;
  const rapidjson::ParseResult parsed = reader.Parse<kFlags>(stream, handler);
  if (parsed.Code() == rapidjson::kParseErrorNumberTooBig) return std::optional<ParsedLine>();
  if (!parsed || zero != std::string::npos) {
    if (!handler.problem().empty()) return Invalid(handler.problem());
    const size_t offset = parsed ? zero : std::min(parsed.Offset(), zero);
    return Invalid(Cat("not valid JSON at byte ", offset + 1));
  }
  handler.Finish();
  Normalise(line.issue);
  return std::optional<ParsedLine>(std::move(line));
}

}  // namespace

Result<ParsedLine> ParseIssueLine(std::string_view text) {
  if (!IsValidUtf8(text)) return Invalid("not valid UTF-8");
  std::string whole(text);
  MendSurrogates(whole);
  std::optional<ParsedLine> line = TRY(ReadLine(whole, {}));
  if (!line) {
    NumberSource numbers = TakeOutNumbers(whole);
    line = TRY(ReadLine(std::move(whole), std::move(numbers)));
  }
  return std::move(*line);
}

Result<Issue> ParseIssue(std::string_view json) { return TRY(ParseIssueLine(json)).issue; }

Status ReadJson(JsonValue json, Issue& issue) {
  issue = TRY(ParseIssue(json.Dump()));
  return Ok();
}

Status ReadJson(JsonValue json, Dependency& dependency) {
  if (!json.IsObject()) return Invalid("expected an object");
  FieldReader read(json);
  read("issue_id", dependency.issue_id);
  read("depends_on_id", dependency.depends_on_id);
  read("type", dependency.type);
  read("created_at", dependency.created_at);
  read("created_by", dependency.created_by);
  read("metadata", dependency.metadata);
  read("thread_id", dependency.thread_id);
  return read.status();
}

Status ReadJson(JsonValue json, Comment& comment) {
  if (!json.IsObject()) return Invalid("expected an object");
  FieldReader read(json);
  read("id", comment.id);
  read("issue_id", comment.issue_id);
  read("author", comment.author);
  read("text", comment.text);
  read("created_at", comment.created_at);
  return read.status();
}

}  // namespace bd
