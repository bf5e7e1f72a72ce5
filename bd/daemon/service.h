// What a daemon does for its clients: requests in, one answer each.
//
// All requests of a turn that change something share one transaction (serve_together.h); those that ask are
// answered before it, each from a read transaction of its own. What was changed is published half a second
// after the last change, five seconds after the first at the latest.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bd/daemon/log.h"
#include "bd/daemon/metrics.h"
#include "bd/rpc/operation.h"
#include "engine/daemon/last_state.h"
#include "engine/rpc/server.h"
#include "engine/session/session.h"

namespace bd {

class Service {
 public:
  // `about` is what status and the last state tell of this daemon; both outlive it.
  Service(Session session, DaemonPlace place, LastState& about, DaemonLog& log);
  ~Service();

  using AnswerFunction = std::function<void(uint64_t connection, std::string_view line)>;
  void Serve(const std::vector<rpc::Call>& calls, const rpc::Server& server, const AnswerFunction& answer);

  // Milliseconds until there is something to publish; negative: nothing.
  int64_t NextPublishMs() const;
  void PublishIfDue();
  // Whatever is left, at the end of a life.
  void PublishAll();
  // Takes in what others wrote into the shared file, and notices a replaced store.
  void Look();

  bool stop_wanted() const { return stop_wanted_; }
  // Whether the store belongs to a newer bd by now: there is nothing to be done for anybody any more.
  bool is_overtaken() const { return is_overtaken_; }
  int64_t last_request_ms() const { return last_request_ms_; }

 private:
  struct Asked;
  std::string AnswerControl(const RpcRequest& request, const rpc::Server& server);
  std::string Status(const RpcRequest& request);
  std::string Health(const RpcRequest& request, const rpc::Server& server);
  std::string AnswerMetrics(const rpc::Server& server);
  std::string AnswerRead(const Operation& operation, const RpcRequest& request);
  void ServeWrites(std::vector<std::unique_ptr<Asked>>& asked, const AnswerFunction& answer);
  void Publish();
  void NoteFailure(const Error& error);

  Session session_;
  DaemonPlace place_;
  LastState& about_;
  DaemonLog& log_;
  bool stop_wanted_ = false, is_overtaken_ = false;
  int64_t started_ms_, last_request_ms_;
  int64_t first_change_ms_ = 0, last_change_ms_ = 0;    // 0: nothing is to be published
  int64_t publish_again_ms_ = 0, publish_wait_ms_ = 0;  // after one that failed; 0: none did
  Metrics metrics_;
};

}  // namespace bd
