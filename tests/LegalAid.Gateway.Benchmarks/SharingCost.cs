using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>What one question to the shipped sharing matrix costs, on one thread: nanoseconds and bytes.</summary>
internal static class SharingCost
{
    private static readonly DateOnly Day = new(2026, 3, 2);

    public static Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var snapshot = HostConfiguration.Read(new GatewayHostOptions { ConfigurationFolder = GatewayFixture.ConfigurationFolder }).Snapshot;
        var rows = new List<IReadOnlyList<string>>();
        foreach (var (name, question) in Questions(snapshot))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = settings.Scaled(4_000_000);
            _ = Ask(snapshot.Sharing, question, count / 4); // warm
            var (before, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            var granted = Ask(snapshot.Sharing, question, count);
            var (elapsed, bytes) = (Stopwatch.GetElapsedTime(began), GC.GetAllocatedBytesForCurrentThread() - before);
            rows.Add([name, granted == count ? "yes" : "no", Number(elapsed.TotalNanoseconds / count), Number((double)bytes / count)]);
        }

        Report.Table(["sharing", "granted", "ns", "bytes"], rows);
        return Task.CompletedTask;
    }

    private static int Ask(SharingMatrix matrix, in SharingQuestion question, int count)
    {
        var granted = 0;
        for (var i = 0; i < count; i++)
        {
            granted += matrix.Decide(question) is SharingDecision.Allowed ? 1 : 0;
        }

        return granted;
    }

    private static IEnumerable<(string Name, SharingQuestion Question)> Questions(ConfigurationSnapshot snapshot)
    {
        var (court, centre) = (snapshot.Agencies.Get(AgencyId.Parse(Notices.Court)), snapshot.Agencies.Get(AgencyId.Parse(Notices.AidCentre)));
        var type = new ExchangeTypeId("defence-notice.court");
        var parties = ImmutableSortedDictionary.Create<string, AgencyId>(StringComparer.Ordinal).Add("organ", court.Id).Add("aid-centre", centre.Id);
        var exchange = new ExchangeAtHand(parties, new StateName("notified"));
        var step = new StepName("assign-counsel");
        yield return ("call", new SharingQuestion(court, SharedObject.Call("legalaid.exchange.v1.ExchangeService/GetExchange"), Day));
        yield return ("view, the organ", new SharingQuestion(court, SharedObject.View(type), Day) { Exchange = exchange });
        yield return ("take, the centre", new SharingQuestion(centre, SharedObject.Take(type, step), Day) { Exchange = exchange });
        yield return ("take, the organ", new SharingQuestion(court, SharedObject.Take(type, step), Day) { Exchange = exchange });
        yield return ("nothing listed", new SharingQuestion(court, SharedObject.Fact("unlisted"), Day));
    }

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
