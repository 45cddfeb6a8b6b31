#pragma once

#include <map>
#include <string>
#include <vector>

#include "ports/log.h"

namespace connector::flows {

/// Logs what the runs of a connection's flows note: a text that run after run notes alike is logged once, and again
/// when it comes back. Executor thread only.
class NoteLog {
 public:
  NoteLog(ports::Log& log, std::string connection_name) : log_(log), connection_name_(std::move(connection_name)) {}

  /// `notes` are all that one run of the flow noted.
  void add(const std::string& flow, const std::vector<std::string>& notes);

 private:
  ports::Log& log_;
  std::string connection_name_;
  std::map<std::string, std::vector<std::string>> last_;  ///< of each flow
};

}  // namespace connector::flows
