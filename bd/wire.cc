#include "bd/wire.h"

#include "bd/version.h"
#include "engine/base/text.h"

namespace bd {

std::string CommandLineFor(const Request& request, const std::string& database, const std::string& actor) {
  WireRequest wire;
  wire.command = request.command->name;
  wire.request_id = request.id;
  wire.actor = actor;
  JsonWriter args(wire.args.text);
  request.args->WriteWire(args);
  std::string line;
  JsonWriter out(line);
  out.BeginObject();
  out.Key("operation");
  out.String("command");
  out.Key("client_version");
  out.String(kVersion);
  out.Key("expected_db");
  out.String(database);
  out.Key("args");
  WriteJson(out, wire);
  out.EndObject();
  return line;
}

Status ReadCommandAnswer(const std::string& line, const Command& command, Reply& reply, Effects& effects) {
  const JsonDocument document = TRY(JsonDocument::Parse(line));
  const auto data = document.root().Find("data");
  if (!data) return Invalid("the daemon's answer has no data");
  WireAnswer answer;
  TRY(ReadJson(*data, answer));
  reply.notes = std::move(answer.notes);
  if (answer.code) {
    const auto code = static_cast<Code>(*answer.code);
    reply.error = Error{code, std::move(answer.message), std::move(answer.hint), answer.complete};
    return Ok();
  }
  effects = std::move(answer.effects);
  return ReplyFromWire(command, answer.reply, reply);
}

}  // namespace bd
