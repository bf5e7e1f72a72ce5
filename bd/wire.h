// A command and its reply on their way to another process and back: the operation `command` of the socket
// protocol. Both ends are of the same version and protocol, so every command is answered as it would be in
// the own process.
#pragma once

#include <string>

#include "bd/serve.h"
#include "engine/session/effects.h"

namespace bd {

// Grows with every change of what is sent; daemon and client must agree.
inline constexpr int64_t kWireProtocol = 1;

struct WireRequest {
  std::string command, request_id, actor;
  int64_t protocol = kWireProtocol;
  RawJson args;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("protocol", self.protocol);
    visit("command", self.command);
    visit("request_id", self.request_id);
    visit("actor", self.actor);
    visit("args", self.args);
  }
};

// The data of an answer; an error has `code` and nothing of the others.
struct WireAnswer {
  std::string reply;  // as ReplyToWire
  std::vector<std::string> notes;
  Effects effects;
  std::optional<int64_t> code;
  std::string message, hint;
  bool complete = false;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("reply", self.reply, kOmitEmpty);
    visit("notes", self.notes, kOmitEmpty);
    visit("effects", self.effects);
    visit("code", self.code, kOmitEmpty);
    visit("message", self.message, kOmitEmpty);
    visit("hint", self.hint, kOmitEmpty);
    visit("complete", self.complete, kOmitEmpty);
  }
};

// The whole line of a request.
std::string CommandLineFor(const Request& request, const std::string& database, const std::string& actor);
// kInvalid: nothing that can be used.
Status ReadCommandAnswer(const std::string& line, const Command& command, Reply& reply, Effects& effects);

}  // namespace bd
