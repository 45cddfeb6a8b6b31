#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "flows/document_watch.h"
#include "flows/environment.h"
#include "flows/note_log.h"
#include "flows/scheduled_flow.h"
#include "ports/concurrency.h"
#include "ports/log.h"

namespace connector::flows {

/// Works off a connection's notices: fetches just the entities they name, each once however many notices named it, or
/// gathers them for one run of the flow confined to them; when many wait, runs the flow as a whole instead. A notice
/// that keeps failing is given up: the polling finds what it told. In one process at a time. Executor thread only.
class NoticeWork {
 public:
  NoticeWork(Environment& environment, ports::Log& log, const store::ConnectionRow& connection,
             DocumentWatch& documents, std::function<ScheduledFlow*(std::string_view)> flow);

  ports::Task<void> run();
  void stop();
  /// A notice came, or the turn of one that waited.
  void wake();
  /// Called when cached reference data should be read again.
  std::function<void()> on_references;
  /// Called when postings may have been planned.
  std::function<void()> on_planned;

 private:
  struct Group {
    std::string flow;
    std::string entity;
    std::vector<store::NoticeRow> notices;
    bool gathered = false;  ///< of many entities, for a run confined to them
  };
  std::vector<Group> groups_of(std::vector<store::NoticeRow> rows) const;
  ports::Task<domain::Result<std::size_t>> work_off();
  bool goes_apart(const Group& group) const;
  ports::Task<void> look_at_apart(Group group, std::string name);
  ports::Task<void> look_at(Group group);
  ports::Task<domain::Result<void>> fetch(Flow* flow, std::string entity);
  ports::Task<void> look_at_documents(Group group);
  ports::Task<void> run_whole(Group group, ScheduledFlow* scheduled);
  ports::Task<void> run_confined(Group group, ScheduledFlow* scheduled);
  static Group take(Group& group, const std::vector<std::string>& entities);
  void note(const FlowReport& report, const std::string& flow);
  ports::Task<void> settle(Group group, domain::Result<void> outcome);
  ports::Task<void> postpone(Group group, domain::Milliseconds pause);

  Environment& environment_;
  ports::Log& log_;
  store::ConnectionId connection_;
  std::string connection_name_;
  NoteLog notes_;
  DocumentWatch& documents_;
  std::function<ScheduledFlow*(std::string_view)> flow_;
  ports::Signal arrived_;
  ports::TaskGroup in_hand_;
  /// What may wait long for Exact's budget, so that notices of orders need not wait behind it.
  std::set<std::string> apart_;
  ports::TaskGroup apart_in_hand_;
  domain::UtcTime forgotten_at_{};
  domain::UtcTime look_again_at_{};                        ///< by itself, for what it put off
  std::map<std::string, domain::UtcTime> gathered_until_;  ///< by flow: notices that come until then share a run
  std::map<std::string, domain::UtcTime> confined_at_;     ///< by flow: when notices started its last confined run
  bool stopping_ = false;
};

}  // namespace connector::flows
