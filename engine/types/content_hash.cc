#include "engine/types/content_hash.h"

#include <cstdio>

#include "engine/base/hash.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/base/time.h"

namespace bd {

namespace {

// Every value is followed by one NUL byte.
class Sequence {
 public:
  void Add(std::string_view value) {
    bytes_.append(value);
    bytes_.push_back('\0');
  }
  void AddFloat(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%f", value);
    Add(text);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

std::string Member(JsonValue object, std::string_view key) {
  auto value = object.Find(key);
  return value ? value->AsString().value_or("") : "";
}

void AddPerson(Sequence& sequence, JsonValue person) {
  for (std::string_view key : {"name", "platform", "org", "id"}) sequence.Add(Member(person, key));
}

// What has another shape than the format says counts as nothing: the file is not ours alone.
void AddBonds(Sequence& sequence, const RawJson& bonds) {
  auto document = JsonDocument::Parse(bonds.text);
  if (!document || !document->root().IsArray()) return;
  for (size_t i = 0; i < document->root().size(); ++i) {
    JsonValue bond = document->root().At(i);
    for (std::string_view key : {"source_id", "bond_type", "bond_point"}) sequence.Add(Member(bond, key));
  }
}

void AddValidations(Sequence& sequence, const RawJson& validations) {
  auto document = JsonDocument::Parse(validations.text);
  if (!document || !document->root().IsArray()) return;
  for (size_t i = 0; i < document->root().size(); ++i) {
    JsonValue validation = document->root().At(i);
    if (auto validator = validation.Find("validator")) AddPerson(sequence, *validator);
    sequence.Add(Member(validation, "outcome"));
    std::string moment = Member(validation, "timestamp");
    if (auto time = ParseTime(moment)) {
      time->nanos = 0;
      moment = FormatTime(*time);
    }
    sequence.Add(moment);
    auto score = validation.Find("score");
    if (auto number = score ? score->AsDouble() : std::nullopt) sequence.AddFloat(*number);
  }
}

}  // namespace

std::string ContentHash(const Issue& issue) {
  Sequence sequence;
  for (const std::string* value : {&issue.title, &issue.description, &issue.design,
                                   &issue.acceptance_criteria, &issue.notes, &issue.spec_id, &issue.status}) {
    sequence.Add(*value);
  }
  sequence.Add(Cat(issue.priority));
  for (const std::string* value : {&issue.issue_type, &issue.assignee, &issue.owner, &issue.created_by,
                                   &issue.external_ref, &issue.source_system}) {
    sequence.Add(*value);
  }
  sequence.Add(issue.pinned ? "pinned" : "");
  sequence.Add(issue.metadata.text);
  sequence.Add(issue.is_template ? "template" : "");
  if (!issue.bonded_from.empty()) AddBonds(sequence, issue.bonded_from);
  if (!issue.creator.empty()) {
    if (auto document = JsonDocument::Parse(issue.creator.text)) AddPerson(sequence, document->root());
  }
  if (!issue.validations.empty()) AddValidations(sequence, issue.validations);
  if (issue.quality_score.empty()) {
    sequence.Add("");
  } else if (auto document = JsonDocument::Parse(issue.quality_score.text)) {
    sequence.AddFloat(document->root().AsDouble().value_or(0));
  }
  sequence.Add(issue.crystallizes ? "crystallizes" : "");
  sequence.Add(issue.await_type);
  sequence.Add(issue.await_id);
  sequence.Add(Cat(issue.timeout));
  for (const std::string& waiter : issue.waiters) sequence.Add(waiter);
  for (const std::string* value :
       {&issue.holder, &issue.hook_bead, &issue.role_bead, &issue.agent_state, &issue.role_type, &issue.rig,
        &issue.mol_type, &issue.work_type, &issue.event_kind, &issue.actor, &issue.target, &issue.payload}) {
    sequence.Add(*value);
  }
  return Sha256Hex(sequence.bytes());
}

}  // namespace bd
