#include "server/live_changes.h"

namespace connector::server {

using domain::Milliseconds;
using ports::Task;

namespace {

constexpr Milliseconds kInterval{300};

}  // namespace

Task<std::int64_t> LiveChanges::after(std::int64_t seen, Milliseconds patience) {
  ++waiting_;
  Milliseconds waited{0};
  while (!stopping_ && newest_ <= seen && waited < patience) {
    co_await signal_.wait(Milliseconds{1'000});
    waited += Milliseconds{1'000};
  }
  --waiting_;
  co_return newest_;
}

Task<void> LiveChanges::watch() {
  while (!stopping_) {
    auto query = [](store::Reader& reader) { return store::console(reader).audit_sequence(); };
    auto sequence = co_await store_.read(std::move(query));
    if (sequence && *sequence > newest_) {
      newest_ = *sequence;
      signal_.notify_all();
    }
    if (!stopping_) co_await stopped_.wait(waiting_ > 0 ? kInterval : kInterval * 3);
  }
}

void LiveChanges::stop() {
  stopping_ = true;
  signal_.notify_all();
  stopped_.notify_all();
}

}  // namespace connector::server
