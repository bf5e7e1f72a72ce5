#include "bd/serve.h"

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/storage/requests.h"

namespace bd {

namespace {

// Larger replies are not stored: a retry of what produced them is harmless (lists) or not needed.
constexpr size_t kStoredReplyMax = 1 << 20;
constexpr int kReopenMax = 3;

struct WireReply {
  RawJson body;
  std::vector<std::string> failures;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("body", self.body);
    visit("failures", self.failures, kOmitEmpty);
  }
};

}  // namespace

std::string ReplyToWire(const Reply& reply) {
  WireReply wire;
  JsonWriter body(wire.body.text);
  reply.body->WriteWire(body);
  wire.failures = reply.failures;
  std::string text;
  JsonWriter out(text);
  WriteJson(out, wire);
  return text;
}

Status ReplyFromWire(const Command& command, const std::string& text, Reply& reply) {
  if (text.empty()) return Invalid("this request was done already; its reply was too large to be kept");
  JsonDocument document = TRY(JsonDocument::Parse(text));
  auto body = document.root().Find("body");
  if (!body) return Error{Code::kCorrupt, "a stored reply has no body", "", false};
  reply.body = TRY(command.handlers.read_body(*body));
  if (auto failures = document.root().Find("failures")) TRY(ReadJson(*failures, reply.failures));
  return Ok();
}

namespace {

Status RunRead(Session& session, const Request& request, Reply& reply) {
  TRY(session.Refresh(false));
  TRY(session.BeginRead());
  reply.body = TRY(request.command->handlers.run(&session, *request.args));
  session.Rollback();
  reply.failures = session.TakeFailures();
  return Ok();
}

Status RunWrite(Session& session, const Request& request, Reply& reply) {
  TRY(session.Refresh(true));
  TRY(session.BeginWrite());
  TRY(ServeWithin(session, request, reply));
  return session.Commit();
}

Status RunOnce(Session* session, const Request& request, Reply& reply) {
  const bool reads_only = request.command->needs == Needs::kWrite && request.args->ReadsOnly();
  switch (reads_only ? Needs::kRead : request.command->needs) {
    case Needs::kRead: return RunRead(*session, request, reply);
    case Needs::kWrite: return RunWrite(*session, request, reply);
    case Needs::kNothing:
    case Needs::kPlace:
    case Needs::kPlaceIfThere:
    case Needs::kSession:
    case Needs::kIfThere:
      reply.body = TRY(request.command->handlers.run(session, *request.args));
      if (session != nullptr) reply.failures = session->TakeFailures();
      return Ok();
  }
  return Ok();
}

}  // namespace

Status ServeWithin(Session& session, const Request& request, Reply& reply) {
  if (auto stored = TRY(AnswerFromStore(session.tx(), request.id))) {
    if (stored->command != request.command->name) {
      return Invalid(Cat("request id ", request.id, " belongs to another command (", stored->command, ")"));
    }
    return ReplyFromWire(*request.command, stored->reply, reply);
  }
  reply.body = TRY(request.command->handlers.run(&session, *request.args));
  reply.failures = session.TakeFailures();
  std::string wire = ReplyToWire(reply);
  if (wire.size() > kStoredReplyMax) {
    MARK("serve.reply_not_stored");
    wire.clear();
  }
  return StoreReply(session.tx(), request.id, request.command->name, wire, session.Now().seconds);
}

Reply Serve(Session* session, const Request& request) {
  Reply reply;
  for (int attempt = 0;; ++attempt) {
    Status status = RunOnce(session, request, reply);
    if (session != nullptr) session->Rollback();
    if (status) break;
    reply = Reply{};
    if (status.error().code == Code::kReplaced && session != nullptr && attempt < kReopenMax) {
      MARK("serve.store_replaced");
      session->TakeFailures();
      if (session->Reopen()) continue;
    }
    reply.error = std::move(status).error();
    break;
  }
  if (session == nullptr) return reply;
  if (!reply.error) {
    if (Status after = session->AfterCommit(); !after) reply.error = std::move(after).error();
  }
  reply.notes = session->TakeNotes();
  return reply;
}

}  // namespace bd
