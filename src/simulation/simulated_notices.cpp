#include "simulation/simulated_notices.h"

#include <fmt/format.h>

#include <algorithm>

#include "simulation/simulated_process.h"

namespace connector::simulation {

using domain::Milliseconds;

namespace {

constexpr Milliseconds kRemotePatience = std::chrono::seconds(10);
constexpr Milliseconds kLatest = std::chrono::minutes(15);

/// Another order's number and another proof: what somebody could make who does not know the key.
ports::ServerRequest forged(ports::ServerRequest request) {
  for (char& letter : request.body) {
    if (letter >= '0' && letter <= '9') letter = letter == '9' ? '0' : static_cast<char>(letter + 1);
  }
  for (auto& [name, value] : request.headers) {
    if (name != "Content-Type" && !value.empty()) value.front() = value.front() == 'A' ? 'B' : 'A';
  }
  return request;
}

}  // namespace

bool SimulatedNotices::happens(std::uint32_t rate) {
  if (rate == 0 || !random_.chance(rate)) return false;
  ++injected_;
  return true;
}

void SimulatedNotices::note(const Notice& notice, const std::string& what) {
  trace_.line(loop_.now(), fmt::format("notice {}{} {}: {}", notice.id, notice.is_forged ? " (forged)" : "", what,
                                       notice.request.body.substr(0, 300)));
}

void SimulatedNotices::carry(sandbox::Service& remote) {
  for (sandbox::Delivery& delivery : remote.take_deliveries()) {
    auto notice = std::make_shared<Notice>();
    notice->remote = &remote;
    notice->id = delivery.id;
    notice->request.method = "POST";
    const auto host = delivery.url.find("://");
    const auto path = host == std::string::npos ? 0 : std::min(delivery.url.find('/', host + 3), delivery.url.size());
    notice->request.target = delivery.url.substr(path);
    notice->request.headers = std::move(delivery.headers);
    notice->request.body = std::move(delivery.body);
    notice->request.remote_address = "10.0.0.2";
    Milliseconds after = delivery.delay + Milliseconds{20 + static_cast<std::int64_t>(random_.below(200))};
    const Milliseconds later{static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(kLatest.count())))};
    // Exact proves a subscription by a request without a body: whoever sends that has said nothing.
    if (!notice->request.body.empty() && happens(rates_.webhook_forged)) {
      auto other = std::make_shared<Notice>(*notice);
      other->id = 0;
      other->is_forged = true;
      other->request = forged(std::move(other->request));
      send(other, after);
    }
    if (happens(rates_.webhook_doubled)) {
      auto twin = std::make_shared<Notice>(*notice);
      twin->id = 0;
      send(twin, after + later);
    }
    if (happens(rates_.webhook_late)) after += later;
    if (happens(rates_.webhook_lost)) {
      note(*notice, "is lost");
      tell(notice, std::nullopt, kRemotePatience);
    } else {
      send(notice, after);
    }
  }
}

void SimulatedNotices::send(Shared notice, Milliseconds after) {
  loop_.call_after(after, [this, notice = std::move(notice)] { arrive(notice); });
}

void SimulatedNotices::arrive(const Shared& notice) {
  SimulatedProcess* process = receiver(random_.next());
  if (process == nullptr) {
    note(*notice, "finds nobody");
    return tell(notice, std::nullopt, kRemotePatience);
  }
  note(*notice, "arrives at " + process->name());
  if (on_arrival && !notice->is_forged) on_arrival(notice->request.body);
  process->take_in(notice->request,
                   [this, notice](const ports::HttpResponse& response) { answered(notice, response); });
}

void SimulatedNotices::answered(const Shared& notice, const ports::HttpResponse& response) {
  note(*notice, fmt::format("is answered {}", response.status));
  const bool taken = response.status >= 200 && response.status < 300;
  if (taken && notice->is_forged) {
    verdicts_.complain("nothing lost", "a forged notice is acknowledged", "notice", loop_.now());
  } else if (response.status == 401 && !notice->is_forged) {
    verdicts_.complain("nothing lost", "a notice of the remote itself is refused as if it were forged", "notice",
                       loop_.now());
  } else if (taken && disk_.has_unsynced_writes()) {
    verdicts_.complain("nothing lost", "a notice is acknowledged while the store has writes that are not synced",
                       "notice", loop_.now());
  }
  if (taken && !notice->is_forged && on_acknowledged) on_acknowledged(notice->request.body);
  if (happens(rates_.response_lost)) return tell(notice, std::nullopt, kRemotePatience);
  tell(notice, response, Milliseconds{20 + static_cast<std::int64_t>(random_.below(100))});
}

void SimulatedNotices::tell(const Shared& notice, const std::optional<ports::HttpResponse>& answer,
                            Milliseconds after) {
  if (notice->id == 0) return;
  loop_.call_after(after, [this, notice, answer] {
    notice->remote->delivered(notice->id, answer, loop_.now());
    carry(*notice->remote);
  });
}

}  // namespace connector::simulation
