using System.Security.Cryptography;
using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>How many cuts.</summary>
/// <param name="EachSync">At every sync that has ended before this count, evenly chosen; null: at each.</param>
/// <param name="Between">Seeded points between syncs.</param>
/// <param name="Variants">Beside the least that may be left, so many seeded images of what may be left as well.</param>
/// <param name="Exposed">Syncs before whose end the most was acknowledged since the sync before: where settings that sync less lose the most.</param>
internal sealed record CutPlan(int? EachSync, int Between, int Variants, int Exposed = 0);

/// <summary>What a test of power cuts came to.</summary>
/// <param name="Calls">Recorded calls.</param>
/// <param name="Points">Points in the order at which the power was cut.</param>
/// <param name="Images">Disks left by them, each recovered and judged.</param>
internal sealed record PowerFigures(int Calls, int Syncs, int Acknowledged, int Points, int Images, TimeSpan Recorded, TimeSpan Took);

/// <param name="Findings">Broken promises, each with where the power was cut.</param>
internal sealed record PowerReport(PowerPlan Plan, PowerFigures Figures, IReadOnlyList<Finding> Findings);

/// <summary>
/// Records what a store writes and syncs while it works, and then cuts the power at each sync, after the fact: builds the disk that a cut
/// there may leave, lets the store recover it, and compares with what had been acknowledged by then.
/// </summary>
internal sealed class PowerLossRun(IPoweredStore store, PowerPlan plan, CutPlan cuts, TimeProvider time)
{
    private readonly Dice _dice = new(plan.Seed);

    public async Task<PowerReport> PlayAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var scratch = new ScratchFolder();
        var folder = scratch.Directory;
        var (live, found) = (folder.CreateSubdirectory("live"), folder.CreateSubdirectory("found"));
        await store.PrepareAsync(live.FullName, plan, cancellationToken);
        Copy(live, found);
        var recorder = await Recorder.PrepareAsync(folder.FullName, live.FullName, cancellationToken);
        await store.WorkAsync(live.FullName, plan, recorder, cancellationToken);
        var calls = Recording.Read(recorder);
        var recorded = time.GetElapsedTime(started);
        var report = await CutAsync(calls, found, folder, cancellationToken);
        return report with { Figures = report.Figures with { Recorded = recorded, Took = time.GetElapsedTime(started) } };
    }

    private async Task<PowerReport> CutAsync(List<Call> calls, DirectoryInfo found, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var (points, syncs) = Points(calls);
        var disk = Disk.Holding(found.FullName, store.Names);
        var outside = new HashSet<ulong>();
        var acknowledged = new List<Acknowledgement>();
        var judged = new List<Task<IReadOnlyList<Finding>>>();
        using var room = new SemaphoreSlim(store.AtATime);
        for (var at = 0; at <= calls.Count; at++)
        {
            // The power goes just before this call: what it would have promised is not promised yet.
            for (var variant = 0; variant <= cuts.Variants && points.Contains(at); variant++)
            {
                await room.WaitAsync(cancellationToken);
                var image = Image(disk, at, variant, folder);
                judged.Add(JudgeAsync(image, [.. acknowledged], room, cancellationToken));
            }

            if (at < calls.Count)
            {
                Play(calls[at], disk, outside, acknowledged);
            }
        }

        var findings = await Task.WhenAll(judged);
        RequireWhole(disk, folder);
        return new PowerReport(
            plan, new PowerFigures(calls.Count, syncs, acknowledged.Count, points.Count, judged.Count, default, default), [.. findings.SelectMany(found => found)]);
    }

    /// <summary>Before the end of syncs, at points between, and when all is over.</summary>
    private (HashSet<int> Points, int Syncs) Points(List<Call> calls)
    {
        var syncs = calls.Index().Where(call => call.Item.Kind == CallKind.SyncEnded).Select(call => call.Index).ToList();
        var chosen = cuts.EachSync is { } count && count < syncs.Count ? Enumerable.Range(0, count).Select(index => syncs[(int)((long)index * syncs.Count / count)]) : syncs;
        var between = Enumerable.Range(0, cuts.Between).Select(index => _dice.Roll($"between {index}", calls.Count));
        return ([.. chosen, .. between, .. MostExposed(calls).Take(cuts.Exposed), calls.Count], syncs.Count);
    }

    /// <summary>Ends of syncs, those first before which the most was said since the sync before.</summary>
    private static IEnumerable<int> MostExposed(IReadOnlyList<Call> calls)
    {
        var (said, exposed) = (0, new List<(int Said, int Index)>());
        foreach (var (index, call) in calls.Index())
        {
            if (call.Kind == CallKind.Written && call.Data.Span is [(byte)'{', ..])
            {
                said++;
            }
            else if (call.Kind == CallKind.SyncEnded)
            {
                exposed.Add((said, index));
                said = 0;
            }
        }

        return exposed.OrderByDescending(point => point.Said).Select(point => point.Index);
    }

    private void Play(Call call, Disk disk, HashSet<ulong> outside, List<Acknowledgement> acknowledged)
    {
        if (call.Kind == CallKind.Opened)
        {
            _ = store.IsOutside(call.Path) ? outside.Add(call.Inode) : outside.Remove(call.Inode);
        }

        if (call.Kind == CallKind.Written && outside.Contains(call.Inode))
        {
            if (call.Data.Span is [(byte)'{', ..])
            {
                acknowledged.Add(Acknowledgement.Read(call.Data.Span));
            }
        }
        else if (!outside.Contains(call.Inode) && !store.IsOutside(call.Path))
        {
            disk.Play(call);
        }
    }

    /// <summary>The disk that a cut leaves here: the least of it, or what the variant's luck leaves.</summary>
    private DirectoryInfo Image(Disk disk, int at, int variant, DirectoryInfo folder)
    {
        var image = folder.CreateSubdirectory(FormattableString.Invariant($"cut {at}.{variant}"));
        if (variant == 0)
        {
            disk.WriteLeast(image.FullName);
        }
        else
        {
            disk.WriteSome(image.FullName, Survival(image.Name));
        }

        return image;
    }

    private async Task<IReadOnlyList<Finding>> JudgeAsync(
        DirectoryInfo image, IReadOnlyList<Acknowledgement> acknowledged, SemaphoreSlim room, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            var judge = new CutJudge(acknowledged);
            await store.RecoverAsync(image.FullName, (home, reading) => judge.JudgeAsync(home, reading, cancellationToken), cancellationToken);
            return [.. judge.Findings.Select(finding => finding with { Text = $"{image.Name}: {finding.Text}" })];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // It does not recover: with whatever exception, that is the finding.
            return [new Finding(FindingKind.Unreadable, $"{image.Name}: the store does not open: {e.Message}")];
        }
        finally
        {
            image.Delete(recursive: true);
            room.Release();
        }
    }

    /// <summary>The record holds everything: with nothing lost it gives the very files that are there.</summary>
    private void RequireWhole(Disk disk, DirectoryInfo folder)
    {
        var (live, all) = (Path.Combine(folder.FullName, "live"), folder.CreateSubdirectory("all").FullName);
        disk.WriteSome(all, static _ => 1);
        var (there, recorded) = (Files(live), Files(all));
        if (!there.SequenceEqual(recorded))
        {
            throw new InvalidOperationException($"the recorder missed something: {string.Join(", ", there.Except(recorded).Concat(recorded.Except(there)))}");
        }

        string[] Files(string at) =>
        [
            .. from path in Directory.EnumerateFiles(at, "*", SearchOption.AllDirectories)
               let name = Path.GetRelativePath(at, path)
               where !store.IsOutside(name)
               orderby name
               select $"{name} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}",
        ];
    }

    /// <summary>Most, some or almost nothing survives, as the image's own luck has it.</summary>
    private Func<string, double> Survival(string name)
    {
        var luck = _dice.Roll(name);
        return what => _dice.Roll($"{name} {what} kept") < luck ? 1 : _dice.Roll($"{name} {what}");
    }

    private static void Copy(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (var directory in from.EnumerateDirectories("*", SearchOption.AllDirectories))
        {
            to.CreateSubdirectory(Path.GetRelativePath(from.FullName, directory.FullName));
        }

        foreach (var file in from.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            file.CopyTo(Path.Combine(to.FullName, Path.GetRelativePath(from.FullName, file.FullName)));
        }
    }
}
