#include "simulation/trail_reader.h"

namespace connector::simulation {

domain::Result<bool> read_trail_on(store::Store& store, std::int64_t& last_sequence,
                                   const std::function<bool(const store::AuditRecord&)>& visit) {
  store::AuditFilter filter;
  while (true) {
    filter.after_sequence = last_sequence;
    auto query = [filter](store::Reader& reader) { return reader.audit(filter); };
    auto task = store.read(std::move(query));
    task.start();
    const auto records = task.take();
    if (!records) return domain::fail(records.error());
    for (const store::AuditRecord& record : *records) {
      if (!visit(record)) return false;
      last_sequence = record.sequence;
    }
    if (records->size() < filter.limit) return true;
  }
}

}  // namespace connector::simulation
