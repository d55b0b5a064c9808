/** What every entry of the package has, whatever the platform. */
export { type ErrorCode, HostlingError } from './errors.ts';
export type { Artifact, BundledComponent } from './engine/engine.ts';
export type { ComponentInterface, Extern, ExternKind, FunctionType } from './engine/interface.ts';
export type { ByteSource } from './engine/streams.ts';
export type { ByteSink } from './engine/sinks.ts';
export { err, ok, type Result, WitError } from './engine/values.ts';
export type { Host } from './host.ts';
export type { FieldList, HttpRequest, HttpResponse } from './http/message.ts';
export type { Directory } from './ports/files.ts';
export type { Log, LogLevel } from './ports/log.ts';
export type { InterfaceFactory, InterfaceImpl } from './wasi/interface.ts';
export { GuestExit, InstanceScope } from './wasi/scope.ts';
export type { Stdio } from './wasi/stdio.ts';
export type { ComponentInput, WorkloadOptions } from './workload/options.ts';
export type { Inspection, Progress } from './workload/linker.ts';
export type { ImportReport } from './workload/resolve.ts';
export type { Entrypoints } from './workload/runner.ts';
export type { Workload, WorkloadState, WorkloadStatus } from './workload/workload.ts';
