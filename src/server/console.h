#pragma once

#include <span>
#include <string>

#include "ports/log.h"
#include "server/api.h"
#include "server/console_assets.h"

namespace connector::server {

/// The HTTP API under /api/v1 and the console that uses it. Executor thread only.
class Console {
 public:
  struct Parts {
    flows::Environment& environment;
    ConnectionHost& host;
    ports::Log& log;
    std::span<const ConsoleAsset> assets;
    std::string public_url;  ///< begins every link that is shown; https makes cookies secure
    ExactPages exact_pages;
  };
  Console(Parts parts, Router& router);

  /// The router for addresses of programs, the console's files for all others; security headers on every answer.
  ports::Task<ports::ServerReply> handle(ports::ServerRequest request);
  /// A one-time link for the first administrator; empty once somebody can sign in.
  ports::Task<domain::Result<std::string>> first_link();
  /// Starts what runs beside requests: watching for changes, taking in what lists are searched by.
  void start(ports::TaskGroup& tasks);
  /// Ends it, and lets go requests that wait for changes.
  void stop();

 private:
  ports::Task<void> keep_indexed();

  Parts parts_;
  Router& router_;
  Access access_;
  LiveChanges changes_;
  ApiContext context_;
  ConsoleFiles files_;
  ports::Signal stopped_;
};

}  // namespace connector::server
