using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Contracts.Exchanges.V1;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// How long a no takes where an exchange is hidden, and where there is none: by turns over one connection, on SQLite, so that both meet the same machine. Two series of
/// absent ones against each other say how much of a difference is noise.
/// </summary>
internal static class HiddenTiming
{
    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var count = settings.Scaled(8_000);
        await using var gateway = await GatewayFixture.StartAsync();
        var hidden = new List<string>();
        foreach (var request in NoticeSupply.Requests(first: 1, 50))
        {
            var answer = await gateway[Notices.Court].Defence.SubmitDefenceNoticeAsync(request, cancellationToken: cancellationToken);
            hidden.Add("exchanges/" + answer.Outcomes[0].Notice.Name.Split('/')[1]);
        }

        var stranger = gateway[Notices.OtherCourt].Exchanges;

        // Names like those of the hidden ones: version 7, of the same minute.
        var absent = hidden.Select(name => name[..^12] + "0123456789ab").ToList();
        var series = new (string Name, List<string> Names, List<double> Micros)[] { ("hidden", hidden, []), ("absent", absent, []), ("absent again", absent, []) };
        for (var i = 0; i < count + (count / 10); i++)
        {
            foreach (var (_, names, micros) in Turned(series, i))
            {
                var began = Stopwatch.GetTimestamp();
                await RefusedAsync(stranger, names[i % names.Count], cancellationToken);
                if (i >= count / 10)
                {
                    micros.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
                }
            }
        }

        foreach (var (_, _, micros) in series)
        {
            micros.Sort();
        }

        Report.Table(
            ["hidden-timing", "p10 µs", "p50 µs", "p90 µs", "p50 − absent µs"],
            [.. series.Select(one => (IReadOnlyList<string>)[one.Name, At(one.Micros, 0.1), At(one.Micros, 0.5), At(one.Micros, 0.9), Difference(one.Micros, series[1].Micros)])]);
    }

    /// <summary>Each goes first as often as the others.</summary>
    private static IEnumerable<T> Turned<T>(T[] all, int by) => all.Select((_, at) => all[(at + by) % all.Length]);

    private static async Task RefusedAsync(ExchangeService.ExchangeServiceClient stranger, string name, CancellationToken cancellationToken)
    {
        try
        {
            await stranger.GetExchangeAsync(new GetExchangeRequest { Name = name }, cancellationToken: cancellationToken);
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.NotFound)
        {
            return;
        }

        throw new InvalidOperationException($"{name} was shown to a stranger");
    }

    private static string At(List<double> sorted, double quantile) => Number(sorted[(int)(quantile * (sorted.Count - 1))]);

    private static string Difference(List<double> one, List<double> other) =>
        (one[one.Count / 2] - other[other.Count / 2]).ToString("+0.0;-0.0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
