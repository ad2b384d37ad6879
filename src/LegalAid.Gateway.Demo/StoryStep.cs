using System.Globalization;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Contracts.Defence.V1;
using ClockState = LegalAid.Gateway.Contracts.Exchanges.V1.Clock.Types.State;

namespace LegalAid.Gateway.Demo;

/// <summary>What one step of the story saw.</summary>
internal sealed class StoryStep
{
    private readonly List<string> _clocks = [];
    private readonly List<string> _faults = [];

    public string WayText { get; private set; } = "";

    public string ClockText => string.Join('\n', _clocks);

    public IReadOnlyList<string> Faults => _faults;

    public void Way(string text) => WayText = text;

    public void Expect(bool holds, string what)
    {
        if (!holds)
        {
            _faults.Add(what);
        }
    }

    public void Clock(DefenceNotice notice, string clock, ClockState expected) => Clock(notice.Exchange, clock, expected);

    public void Clock(Contracts.Exchanges.V1.Exchange exchange, string name, ClockState expected)
    {
        var clock = exchange.Clocks.Single(clock => clock.Clock_ == name);
        Expect(clock.State == expected, $"clock {name}: {expected}, but {clock.State}");
        var due = clock.DueTime?.ToDateTimeOffset().ToCivil().ToString("MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "—";
        _clocks.Add($"{clock.TitleZh}：{Word(clock.State)}（届满 {due}，{clock.LegalBasis} {clock.Mark}）");
    }

    private static string Word(ClockState state) => state switch
    {
        ClockState.Waiting => "未起算",
        ClockState.Running => "▶ 计时",
        ClockState.Paused => "⏸ 中止",
        ClockState.Met => "■ 按期停止",
        ClockState.Breached => "✘ 逾期",
        ClockState.MetLate => "■ 逾期后停止",
        ClockState.Cancelled => "□ 不再适用",
        _ => state.ToString(),
    };
}
