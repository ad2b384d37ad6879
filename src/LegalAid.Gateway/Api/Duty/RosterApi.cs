using System.Globalization;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using LegalAid.Gateway.Casework.Duty;
using LegalAid.Gateway.Casework.Duty.Files;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Duty.V1;
using LegalAid.Gateway.Edge.Faults;
using DraftOutcome = LegalAid.Gateway.Casework.Duty.DraftOutcome;
using DraftProgress = LegalAid.Gateway.Casework.Duty.DraftProgress;
using RosterCase = LegalAid.Gateway.Casework.Duty.RosterCase;
using RosterFileKind = LegalAid.Gateway.Casework.Duty.Files.RosterFileKind;

namespace LegalAid.Gateway.Api.Duty;

/// <summary>
/// Rosters over the wire. Nothing is kept and nobody is told: what a roster says is offered shift by shift. Drafting takes a core for seconds, so that one goes at a time and the
/// other cores are left to those whose clocks run.
/// </summary>
internal sealed class RosterApi(CallerStreams streams, TimeProvider time) : RosterService.RosterServiceBase, IDisposable
{
    private static readonly TimeSpan TimeUsual = TimeSpan.FromSeconds(60), TimeMax = TimeSpan.FromMinutes(5), Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);

    public void Dispose() => _turn.Dispose();

    public override Task<CheckRosterResponse> CheckRoster(CheckRosterRequest request, ServerCallContext context)
    {
        var given = CaseOf(request.Case);
        var roster = RosterMapping.Roster(given.Period, request.Roster);
        return Task.FromResult(new CheckRosterResponse
        {
            Violations = { RosterRules.Check(given, roster).Select(RosterMapping.Violation) }, Figures = RosterMapping.Figures(given, roster),
        });
    }

    public override Task DraftRoster(DraftRosterRequest request, IServerStreamWriter<DraftRosterResponse> responseStream, ServerCallContext context)
    {
        var given = CaseOf(request.Case);
        var limits = new DraftLimits { Seed = SeedOf(request.Seed), TimeMax = TimeOf(request) };
        return streams.RunAsync(context, ended => DraftAsync(given, limits, responseStream, ended));
    }

    private async Task DraftAsync(RosterCase given, DraftLimits limits, IServerStreamWriter<DraftRosterResponse> responseStream, CancellationToken cancellationToken)
    {
        await TakeTurnAsync(cancellationToken);
        try
        {
            // The drafter is never slower for a reader who is: what was not read yet gives way to what is newer.
            var told = Channel.CreateBounded<DraftProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
            var drafting = Task.Factory.StartNew(
                () =>
                {
                    try
                    {
                        return new RosterDrafter(time).Draft(given, limits, new Telling(told.Writer), cancellationToken);
                    }
                    finally
                    {
                        told.Writer.Complete();
                    }
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            try
            {
                await foreach (var progress in told.Reader.ReadAllAsync(cancellationToken))
                {
                    await responseStream.WriteAsync(new DraftRosterResponse { Progress = RosterMapping.Progress(progress) }, cancellationToken);
                }
            }
            finally
            {
                await drafting; // the token ends it: nobody else begins before
            }

            cancellationToken.ThrowIfCancellationRequested();
            await responseStream.WriteAsync(new DraftRosterResponse { Result = RosterMapping.Result(given, Sound(await drafting)) }, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public override async Task<RedraftRosterResponse> RedraftRoster(RedraftRosterRequest request, ServerCallContext context)
    {
        var given = CaseOf(request.Case);
        var changed = ChangeOf(request, given).Apply(given);
        if (RosterCaseRules.Check(changed) is { Count: > 0 } faults)
        {
            throw Refusals.Of([.. faults.Select(fault => fault.Under("case"))]);
        }

        await TakeTurnAsync(context.CancellationToken);
        try
        {
            var published = RosterMapping.Roster(given.Period, request.Published);
            var outcome = await Task.Run(() => RosterRedrafter.Redraft(changed, published, SeedOf(request.Seed), context.CancellationToken), CancellationToken.None);
            context.CancellationToken.ThrowIfCancellationRequested();
            return RosterMapping.Redraft(changed, outcome);
        }
        finally
        {
            _turn.Release();
        }
    }

    public override Task<ExportRosterResponse> ExportRoster(ExportRosterRequest request, ServerCallContext context)
    {
        var given = CaseOf(request.Case);
        var roster = RosterMapping.Roster(given.Period, request.Roster);
        var shifts = given.Shifts.Select(shift => shift.Id.Value).ToHashSet(StringComparer.Ordinal);
        request.Roster.Assignments.Index().Where(one => !shifts.Contains(one.Item.Shift))
            .Select(one => new Fault(DutyRules.UnknownShift, $"roster.assignments[{one.Index}].shift")).ToList().ThrowIfAny(); // a sheet would leave it out unseen
        var names = request.Names.DistinctBy(one => one.Lawyer).ToDictionary(one => new DutyLawyerId(one.Lawyer), one => one.Name);
        var kind = KindOf(request.Kind);
        var file = RosterFile.Write(RosterSheet.Of(given, roster, names), kind);
        return Task.FromResult(new ExportRosterResponse
        {
            File = UnsafeByteOperations.UnsafeWrap(file),
            MediaType = kind == RosterFileKind.Xlsx ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8",
            FileName = string.Create(CultureInfo.InvariantCulture, $"值班表-{given.Period.From:yyyyMMdd}-{given.Period.To:yyyyMMdd}.{(kind == RosterFileKind.Xlsx ? "xlsx" : "csv")}"),
        });
    }

    public override Task<ImportRosterResponse> ImportRoster(ImportRosterRequest request, ServerCallContext context)
    {
        var given = CaseOf(request.Case);
        var read = RosterFile.Read(request.File.Memory, KindOf(request.Kind));
        var faults = read.Faults.Count > 0 ? read.Faults : RosterSheet.Differences(given, read.Rows);
        if (faults.Count > 0)
        {
            throw Refusals.Of([.. faults.Select(fault => fault.Under("file"))]);
        }

        var roster = RosterSheet.ToRoster(given.Period, read.Rows);
        return Task.FromResult(new ImportRosterResponse
        {
            Roster = RosterMapping.Roster(roster), Violations = { RosterRules.Check(given, roster).Select(RosterMapping.Violation) }, Figures = RosterMapping.Figures(given, roster),
        });
    }

    /// <summary>All faults of the case together.</summary>
    private static RosterCase CaseOf(Contracts.Duty.V1.RosterCase contract)
    {
        var faults = new List<Fault>();
        var given = RosterMapping.Case(contract, faults);
        faults.AddRange(RosterCaseRules.Check(given).Select(fault => fault.Under("case")));
        faults.ThrowIfAny();
        return given;
    }

    private static int SeedOf(int seed) => seed == 0 ? 1 : seed;

    private static RosterChange ChangeOf(RedraftRosterRequest request, RosterCase given)
    {
        var faults = new List<Fault>();
        var changes = new List<RosterChange>();
        if (request.Absence is { } absence)
        {
            var lawyer = new DutyLawyerId(absence.Lawyer);
            changes.Add(new RosterChange.Absence(lawyer, RosterMapping.Leave(absence.Days)));
            faults.AddRange(given.Lawyers.Any(one => one.Id == lawyer) ? [] : [new Fault(DutyRules.UnknownLawyer, "absence.lawyer")]);
        }

        if (request.CancelledShift.Length > 0)
        {
            var shift = new ShiftId(request.CancelledShift);
            changes.Add(new RosterChange.Cancelled(shift));
            faults.AddRange(given.Shifts.Any(one => one.Id == shift) ? [] : [new Fault(DutyRules.UnknownShift, "cancelledShift")]);
        }

        if (request.AddedShift is { } added)
        {
            changes.Add(new RosterChange.Added(RosterMapping.Shift(added, "addedShift", faults)));
        }

        if (changes.Count != 1)
        {
            faults.Add(new Fault(RosterApiFaults.OneChange, "absence"));
        }

        faults.ThrowIfAny();
        return changes[0];
    }

    private static TimeSpan TimeOf(DraftRosterRequest request)
    {
        var asked = request.TimeLimit?.ToTimeSpan() ?? TimeUsual;
        return asked >= TimeSpan.FromSeconds(1) && asked <= TimeMax
            ? asked
            : throw Refusals.Of(Fault.With(RosterApiFaults.TimeLimit, "timeLimit", $"{TimeMax.TotalSeconds:0}"));
    }

    private static RosterFileKind KindOf(Contracts.Duty.V1.RosterFileKind kind) => kind == Contracts.Duty.V1.RosterFileKind.Xlsx ? RosterFileKind.Xlsx : RosterFileKind.Csv;

    /// <summary>The case was checked before.</summary>
    private static DraftOutcome Sound(DraftOutcome outcome) =>
        outcome is DraftOutcome.Refused ? throw new InvalidOperationException("a checked case was refused") : outcome;

    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(Patience, cancellationToken))
        {
            throw Refusals.Of(new Fault(RosterApiFaults.Busy));
        }
    }

    private sealed class Telling(ChannelWriter<DraftProgress> told) : IProgress<DraftProgress>
    {
        public void Report(DraftProgress value) => told.TryWrite(value);
    }
}
