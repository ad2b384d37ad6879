using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Exchange.Clocks;
using Spectre.Console;

namespace LegalAid.Gateway.Demo;

/// <summary>One line of the story.</summary>
/// <param name="Faults">What did not hold; empty where the step held.</param>
public sealed record StoryLine(
    int Number, DateTimeOffset Civil, string What, string Way, string Clocks, IReadOnlyList<string> Faults);

/// <summary>The story as a table that is read at a glance: what travelled, by which way, and what the clocks did.</summary>
public sealed class StoryTable(IAnsiConsole console)
{
    private const int PipeWidth = 160;

    private readonly List<StoryLine> _lines = [];
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Held => _lines.All(line => line.Faults.Count == 0);

    public int Count => _lines.Count;

    /// <summary>Ends with the first step: what is not needed for it need not hold it up.</summary>
    public Task FirstPlayed => _first.Task;

    /// <summary>From the start of the process to the end of the first step.</summary>
    public TimeSpan FirstHeldAfter { get; private set; }

    /// <summary>Plays one step and adds its line; what it throws is one more thing that did not hold.</summary>
    internal async Task PlayAsync(CivilClock civil, string what, Func<StoryStep, Task> play)
    {
        var step = new StoryStep();
        try
        {
            await play(step);
        }
        catch (Exception fault) when (fault is RpcException or HttpRequestException or InvalidOperationException or KeyNotFoundException or OperationCanceledException)
        {
            step.Expect(false, fault is RpcException rpc ? $"gRPC {rpc.StatusCode}: {rpc.Status.Detail}" : $"{fault.GetType().Name}: {fault.Message}");
        }

        Add(new StoryLine(Count + 1, civil.Now, what, step.WayText, step.ClockText, step.Faults));
    }

    public void Add(StoryLine line)
    {
        if (_lines.Count == 0)
        {
            using var process = Process.GetCurrentProcess();
            FirstHeldAfter = TimeProvider.System.GetUtcNow() - new DateTimeOffset(process.StartTime);
            _first.TrySetResult();
        }

        _lines.Add(line);
        console.MarkupLineInterpolated(
            CultureInfo.InvariantCulture, $"[grey]{line.Number,2}[/] {(line.Faults.Count == 0 ? "✔" : "✘")} {line.What.Split('\n')[0]}");
        foreach (var fault in line.Faults)
        {
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"   [red]{fault}[/]");
        }
    }

    public void Print()
    {
        // A log or a pipe has no width: the table takes what it needs to be read.
        console.Profile.Width = Console.IsOutputRedirected ? PipeWidth : console.Profile.Width;
        var table = new Table().Border(TableBorder.Rounded).Title("法律援助网关演示 · The story").ShowRowSeparators();
        table.AddColumn(new TableColumn("#").RightAligned());
        table.AddColumn("民用时间\nCivil time");
        table.AddColumn("发生了什么 · What happened");
        table.AddColumn("传输 · What travelled");
        table.AddColumn("期限 · Clocks");
        table.AddColumn("");
        foreach (var line in _lines)
        {
            table.AddRow(
                Markup.Escape(line.Number.ToString(CultureInfo.InvariantCulture)),
                line.Civil.ToCivil().ToString("MM-dd HH:mm", CultureInfo.InvariantCulture),
                Markup.Escape(line.What), Markup.Escape(line.Way), Markup.Escape(line.Clocks),
                line.Faults.Count == 0 ? "[green]✔[/]" : "[red]✘[/]");
        }

        console.Write(table);
    }
}
