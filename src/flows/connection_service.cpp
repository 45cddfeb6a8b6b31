#include "flows/connection_service.h"

#include <algorithm>

namespace connector::flows {

using domain::Milliseconds;
using domain::Result;
using ports::Task;

namespace {

/// One connection may not ask Exact for its lists more often than this because something is missing.
constexpr Milliseconds kMissingReferencePause{60'000};
constexpr Milliseconds kFailurePause{15'000};
/// Short, so that another process soon goes on with what a killed one left; renewed while the flow runs.
constexpr Milliseconds kFlowLease{15'000};

}  // namespace

ConnectionService::ConnectionService(Environment& environment, ports::Log& log, ServiceSchedule schedule,
                                     std::unique_ptr<ConnectionRuntime> runtime)
    : environment_(environment),
      log_(log),
      schedule_(schedule),
      runtime_(std::move(runtime)),
      stop_signal_(environment.executor),
      poll_(environment.executor),
      references_wanted_(environment.executor),
      tasks_(environment.executor) {}

void ConnectionService::start() {
  runtime_->worker().on_missing_reference = [this] {
    reference_missing_ = true;
    references_wanted_.notify_all();
  };
  tasks_.spawn(run_references());
  tasks_.spawn(run_orders());
  if (schedule_.inventory) tasks_.spawn(run_flow(&runtime_->inventory(), *schedule_.inventory));
  if (schedule_.prices) tasks_.spawn(run_flow(&runtime_->prices(), *schedule_.prices));
  tasks_.spawn(renew_leases());
  tasks_.spawn(run_release());
  tasks_.spawn(run_worker());
}

void ConnectionService::request_stop() {
  stopping_ = true;
  runtime_->worker().stop();
  runtime_->walmart_budget().close();
  runtime_->exact_budget().close();
  poll_.notify_all();
  references_wanted_.notify_all();
  stop_signal_.notify_all();
}

Task<void> ConnectionService::stop() {
  request_stop();
  co_await tasks_.join();
}

Task<void> ConnectionService::pause(ports::Signal* signal, Milliseconds delay) {
  if (!stopping_) co_await signal->wait(delay);
}

void ConnectionService::note_failure(FlowStatus& status, const char* flow, const domain::Error& error) {
  if (status.last_error != error.message) {
    log_.warning("flow.failed", {{"connection", runtime_->row().name},
                                 {"flow", flow},
                                 {"cause", std::string(domain::to_string(error.cause))},
                                 {"message", error.message}});
  }
  status.last_error = error.message;
}

std::string ConnectionService::lease_name(const std::string& flow) const {
  return "flow/" + flow + "/" + std::to_string(runtime_->row().id);
}

Task<bool> ConnectionService::take_flow_lease(std::string flow, Milliseconds length) {
  const auto now = environment_.clock.now();
  auto work = [name = lease_name(flow), owner = environment_.process, now, until = now + length](
                  store::Transaction& transaction) { return transaction.acquire_lease(name, owner, now, until); };
  auto lease = co_await environment_.store.write(std::move(work));
  co_return lease && lease->has_value();
}

Task<void> ConnectionService::give_flow_lease_back(std::string flow) {
  auto work = [name = lease_name(flow), owner = environment_.process](store::Transaction& transaction) {
    return transaction.release_lease(name, owner);
  };
  auto released = co_await environment_.store.write(std::move(work));
  (void)released;  // a lease that could not be given back runs out by itself
}

Task<void> ConnectionService::renew_leases() {
  while (!stopping_) {
    co_await pause(&stop_signal_, kFlowLease / 3);
    const std::set<std::string> running = running_flows_;
    for (const std::string& flow : running) co_await take_flow_lease(flow, kFlowLease);
  }
}

Task<void> ConnectionService::run_references() {
  while (!stopping_) {
    references_.last_started = environment_.clock.now();
    ++references_.runs;
    const Milliseconds at_most_old = reference_missing_ ? Milliseconds::zero() : schedule_.references / 2;
    reference_missing_ = false;
    auto report = co_await runtime_->references().run(at_most_old);
    if (report) {
      references_.last_succeeded = environment_.clock.now();
      references_.last_error.clear();
      references_ready_ = true;
      runtime_->worker().wake();
      for (const std::string& problem : report->problems) {
        log_.warning("references.incomplete", {{"connection", runtime_->row().name}, {"message", problem}});
      }
      references_refreshed_ = environment_.clock.now();
      if (!reference_missing_) co_await pause(&references_wanted_, schedule_.references);
      if (reference_missing_) {
        const auto since = environment_.clock.now() - references_refreshed_;
        if (since < kMissingReferencePause) co_await pause(&stop_signal_, kMissingReferencePause - since);
      }
    } else {
      note_failure(references_, "references", report.error());
      co_await pause(&stop_signal_, std::min(kFailurePause, environment_.retry.initial * 4));
    }
  }
}

Task<void> ConnectionService::run_orders() {
  while (!stopping_) {
    const bool ours = co_await take_flow_lease("orders", kFlowLease);
    if (ours) {
      orders_.last_started = environment_.clock.now();
      ++orders_.runs;
      running_flows_.insert("orders");
      auto report = co_await runtime_->orders().run(std::nullopt);
      running_flows_.erase("orders");
      if (report) {
        orders_.last_succeeded = environment_.clock.now();
        orders_.last_error.clear();
        if (report->changed > 0) {
          log_.info("orders.read", {{"connection", runtime_->row().name},
                                    {"orders", std::to_string(report->orders)},
                                    {"changed", std::to_string(report->changed)},
                                    {"planned", std::to_string(report->planned)},
                                    {"held", std::to_string(report->held)}});
        }
        runtime_->worker().wake();
      } else {
        note_failure(orders_, "orders", report.error());
      }
      co_await give_flow_lease_back("orders");
      const bool failed = !report;
      const Milliseconds wait = failed ? std::min(schedule_.orders, kFailurePause) : schedule_.orders;
      co_await pause(&poll_, wait);
    } else {
      co_await pause(&poll_, std::min(schedule_.orders, kFailurePause));
    }
  }
}

Task<void> ConnectionService::run_flow(Flow* flow, Milliseconds interval) {
  // Without reference data every SKU would be unknown.
  while (!stopping_ && !references_ready_) co_await pause(&stop_signal_, Milliseconds{100});
  const std::string name = flow->name();
  FlowStatus status;
  while (!stopping_) {
    Milliseconds wait = std::min(interval, kFailurePause);
    const bool ours = co_await take_flow_lease(name, kFlowLease);
    if (ours) {
      running_flows_.insert(name);
      auto report = co_await flow->run({});
      running_flows_.erase(name);
      if (report) {
        wait = interval;
        status.last_error.clear();
        if (report->changed) {
          std::vector<std::pair<std::string, std::string>> members{{"connection", runtime_->row().name}};
          for (const auto& [what, count] : report->counts) members.emplace_back(what, std::to_string(count));
          log_.info(name + ".compared", std::move(members));
        }
        runtime_->worker().wake();
      } else if (!stopping_) {
        note_failure(status, name.c_str(), report.error());
      }
      co_await give_flow_lease_back(name);
    }
    co_await pause(&stop_signal_, wait);
  }
}

Task<void> ConnectionService::run_release() {
  while (!stopping_) {
    auto released = co_await runtime_->orders().release_held();
    if (released && *released > 0) runtime_->worker().wake();
    co_await pause(&stop_signal_, schedule_.release_check);
  }
}

Task<void> ConnectionService::run_worker() {
  // Without reference data every posting would be held for a missing item; wait for the first refresh.
  while (!stopping_ && !references_ready_) co_await pause(&stop_signal_, Milliseconds{100});
  if (!stopping_) co_await runtime_->worker().run();
}

}  // namespace connector::flows
