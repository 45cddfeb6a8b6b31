#include "simulation/notice_oracle.h"

#include <fmt/format.h>

#include <utility>

#include "ports/http.h"

namespace connector::simulation {

using domain::Milliseconds;

namespace {

/// What went wrong so long ago holds up nothing any more: requests have timed out, processes have started or woken up
/// again, leases and pauses are over.
constexpr Milliseconds kSettling = std::chrono::minutes(15);

/// The value of the first member of this name, wherever it stands.
std::string member_in(std::string_view body, std::string_view name) {
  const std::string begin = fmt::format("\"{}\":\"", name);
  const auto found = body.find(begin);
  if (found == std::string_view::npos) return {};
  body.remove_prefix(found + begin.size());
  return std::string(body.substr(0, body.find('"')));
}

/// The entity that a request reads by itself; empty: it reads a list.
std::string single_entity(std::string_view target, bool of_return) {
  const auto query = target.find('?');
  const std::string_view parameters = query == std::string_view::npos ? std::string_view{} : target.substr(query + 1);
  if (!of_return) {
    constexpr std::string_view kOrders = "/v3/orders/";
    const std::string_view path = target.substr(0, query);
    return std::string(path.starts_with(kOrders) ? path.substr(kOrders.size()) : std::string_view{});
  }
  for (auto& [name, value] : ports::parse_query(parameters)) {
    if (name == "returnOrderId") return std::move(value);
  }
  return {};
}

}  // namespace

void NoticeOracle::look_for_trouble() {
  const std::uint64_t seen = troubles();
  if (seen != std::exchange(troubles_seen_, seen) || is_troubled()) troubled_at_ = loop_.now();
}

void NoticeOracle::look_for_overdue() {
  for (auto each = waiting_.begin(); each != waiting_.end();) {
    const Waiting& notice = each->second;
    if (!notice.acknowledged_at || loop_.now() - *notice.acknowledged_at <= patience_) {
      ++each;
      continue;
    }
    if (notice.arrived_at - troubled_at_ >= kSettling) {
      verdicts_.complain("nothing lost",
                         fmt::format("a notice of {} {} was acknowledged at {}, and nobody asked for it in {} minutes",
                                     notice.of_return ? "return" : "order", notice.entity,
                                     domain::to_iso8601_seconds(*notice.acknowledged_at),
                                     std::chrono::duration_cast<std::chrono::minutes>(patience_).count()),
                         notice.entity, loop_.now());
    }
    settled_.insert(each->first);
    each = waiting_.erase(each);
  }
}

void NoticeOracle::arrives(const std::string& body) {
  look_for_trouble();
  if (settled_.contains(body)) return;
  Waiting notice;
  notice.entity = member_in(body, "returnOrderId");
  notice.of_return = !notice.entity.empty();
  if (!notice.of_return) notice.entity = member_in(body, "purchaseOrderId");
  notice.arrived_at = loop_.now();
  if (!notice.entity.empty()) waiting_.try_emplace(body, std::move(notice));
}

void NoticeOracle::acknowledged(const std::string& body) {
  const auto found = waiting_.find(body);
  if (found != waiting_.end() && !found->second.acknowledged_at) found->second.acknowledged_at = loop_.now();
}

void NoticeOracle::sent(const Exchange& exchange) {
  look_for_trouble();
  look_for_overdue();
  const std::string& target = exchange.request.target;
  if (exchange.remote != walmart_ || exchange.request.method != "GET") return;
  const bool of_return = target.starts_with("/v3/returns");
  if (!of_return && !target.starts_with("/v3/orders")) return;
  const std::string entity = single_entity(target, of_return);
  std::erase_if(waiting_, [&](const auto& each) {
    const bool follows = each.second.of_return == of_return && (entity.empty() || each.second.entity == entity);
    if (follows) settled_.insert(each.first);
    return follows;
  });
}

void NoticeOracle::answered(const Exchange& exchange, const ports::HttpOutcome& outcome) {
  look_for_trouble();
  // The remote's own limits and refusals have calls wait as well.
  if (exchange.remote == walmart_ && (!outcome || outcome->status >= 400)) troubled_at_ = loop_.now();
}

}  // namespace connector::simulation
