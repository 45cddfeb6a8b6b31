#pragma once

#include "app/command.h"
#include "app/context.h"
#include "app/exit_code.h"

namespace connector::app {

/// One function per command.
namespace commands {

ExitCode run(const Sandbox& command, Context& context);
ExitCode run(const Init& command, Context& context);
ExitCode run(const ConnectionAdd& command, Context& context);
ExitCode run(const ConnectionList& command, Context& context);
ExitCode run(const ConnectionShow& command, Context& context);
ExitCode run(const ConnectionRemove& command, Context& context);
ExitCode run(const ConnectionSet& command, Context& context);
ExitCode run(const ConnectionPause& command, Context& context);
ExitCode run(const ConnectWalmart& command, Context& context);
ExitCode run(const ConnectExact& command, Context& context);
ExitCode run(const Ping& command, Context& context);
ExitCode run(const MappingImport& command, Context& context);
ExitCode run(const MappingExport& command, Context& context);
ExitCode run(const MappingCheck& command, Context& context);
ExitCode run(const FlowList& command, Context& context);
ExitCode run(const FlowPause& command, Context& context);
ExitCode run(const FlowRun& command, Context& context);
ExitCode run(const FlowBackfill& command, Context& context);
ExitCode run(const WebhookSubscribe& command, Context& context);
ExitCode run(const WebhookList& command, Context& context);
ExitCode run(const WebhookTest& command, Context& context);
ExitCode run(const WebhookRemove& command, Context& context);
ExitCode run(const Sync& command, Context& context);
ExitCode run(const Serve& command, Context& context);
ExitCode run(const Demo& command, Context& context);
ExitCode run(const Postings& command, Context& context);
ExitCode run(const PostingShow& command, Context& context);
ExitCode run(const PostingRetry& command, Context& context);
ExitCode run(const PostingSkip& command, Context& context);
ExitCode run(const PriceSet& command, Context& context);
ExitCode run(const Audit& command, Context& context);
ExitCode run(const AuditVerify& command, Context& context);
ExitCode run(const Reconcile& command, Context& context);
ExitCode run(const Simulate& command, Context& context);
ExitCode run(const KeyRotate& command, Context& context);
ExitCode run(const StoreBackup& command, Context& context);
ExitCode run(const StoreRestore& command, Context& context);
ExitCode run(const StoreRestored& command, Context& context);
ExitCode run(const StoreMove& command, Context& context);
ExitCode run(const Version& command, Context& context);
ExitCode run(const Doctor& command, Context& context);

}  // namespace commands

/// Runs any command.
ExitCode run(const Command& command, Context& context);

}  // namespace connector::app
