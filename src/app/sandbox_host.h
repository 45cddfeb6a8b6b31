#pragma once

#include <memory>
#include <string>

#include "app/command.h"
#include "domain/result.h"
#include "json/value.h"
#include "net/event_loop.h"
#include "ports/clock.h"
#include "sandbox/exact/exact_service.h"
#include "sandbox/walmart/marketplace.h"

namespace connector::app {

/// Where the two simulated services listen; ports 0 are free ones.
struct SandboxAddresses {
  std::string listen = "127.0.0.1";
  std::uint16_t walmart_port = 0;
  std::uint16_t exact_port = 0;
};

/// The simulated Walmart and Exact behind HTTP servers, living by the clock: customers order, parcels arrive, webhooks
/// are sent. Serves any client of the two APIs. Loop thread only.
class SandboxHost {
 public:
  /// Listens at once. Error: bad_input for options that do not fit, or an address that cannot be bound.
  static domain::Result<std::unique_ptr<SandboxHost>> start(net::EventLoop& loop, ports::Clock& clock,
                                                            const commands::SandboxOptions& options,
                                                            const SandboxAddresses& addresses);
  SandboxHost(const SandboxHost&) = delete;
  SandboxHost& operator=(const SandboxHost&) = delete;
  ~SandboxHost();

  /// What a client needs: ports, base addresses, credentials, division.
  json::Value description() const;
  sandbox::walmart::Marketplace& walmart();
  sandbox::exact::ExactService& exact();

 private:
  struct Parts;
  explicit SandboxHost(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace connector::app
