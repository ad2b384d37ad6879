using System.Diagnostics;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>
/// A no takes as long where something is hidden as where there is nothing. Hidden, absent and absent again are asked for by turns; how far the two series of absent ones
/// are apart is the noise. A busy machine may disturb a round; a difference that the code makes is in every one. docs/measures.md has the figure of an idle machine.
/// </summary>
public sealed class HiddenTimingTests(WireFixture wire) : IClassFixture<WireFixture>
{
    private const int RoundsMax = 6;
    private const int Turns = 80;

    /// <summary>Apart by less than this share is noise at so few turns.</summary>
    private const double Share = 0.06;

    [Fact]
    public async Task Answer_HiddenAndAbsent_TakeAsLong()
    {
        var (gateway, stranger) = (wire.Gateway, wire.Gateway[Notices.OtherCourt]);
        var exchange = (await gateway.NoticeInAsync("assigned")).Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal);
        var read = (await gateway[Notices.Court].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = exchange })).Required;
        var document = read["attachments"]?[0]?["name"]?.GetValue<string>().Split('/')[^1];
        var upload = (await gateway[Notices.Court].CallAsync(Face.Grpc, "BeginUpload", DocumentArea.Announcement(exchange))).Required["name"]?.GetValue<string>().Split('/')[^1];
        var delivery = Assert.Single(await DeliveryTests.PullAsync(gateway, Notices.AidCentre));
        var lease = delivery["leaseToken"]?.GetValue<string>();
        var deliveryId = delivery["name"]?.GetValue<string>().Split('/')[^1];
        var nothing = exchange[..^12] + "0123456789ab"; // of the same minute
        (string What, Func<bool, Task<Told>> Ask)[] questions =
        [
            ("GetExchange over REST", hidden => MatrixArea.CallAsync(stranger, Face.Rest, "GetExchange", Named(hidden, "name", ""))),
            ("GetExchange over gRPC", hidden => MatrixArea.CallAsync(stranger, Face.Grpc, "GetExchange", Named(hidden, "name", ""))),
            ("ListHistory", hidden => MatrixArea.CallAsync(stranger, Face.Grpc, "ListHistory", Named(hidden, "parent", ""))),
            ("ListEvidence", hidden => MatrixArea.CallAsync(stranger, Face.Grpc, "ListEvidence", Named(hidden, "parent", ""))),
            ("AmendDefenceNotice", hidden => MatrixArea.CallAsync(stranger, Face.Grpc, "AmendDefenceNotice", NoticeSteps.Amend((hidden ? exchange : nothing).Replace("exchanges/", "defenceNotices/", StringComparison.Ordinal)))),
            ("DownloadAttachment", hidden => MatrixArea.SendAsync(stranger.Rest, HttpMethod.Get, $"/v1/{(hidden ? exchange : nothing)}/attachments/{document}:download")),
            ("BeginUpload", hidden => MatrixArea.CallAsync(stranger, Face.Grpc, "BeginUpload", DocumentArea.Announcement(hidden ? exchange : nothing))),
            ("GetUpload", hidden => MatrixArea.CallAsync(stranger, Face.Grpc, "GetUpload", Named(true, "name", $"/uploads/{(hidden ? upload : MatrixArea.Nowhere)}"))),
            ("AcknowledgeDelivery", hidden => MatrixArea.CallAsync(stranger, Face.Grpc, "AcknowledgeDelivery", new JsonObject { ["name"] = $"mailbox/deliveries/{(hidden ? deliveryId : MatrixArea.Nowhere)}", ["leaseToken"] = lease })),
            ("a published service", hidden => MatrixArea.SendAsync(stranger.Rest, HttpMethod.Get, $"/svc/nanning-qingxiu-court/{(hidden ? "case-status" : "case-stated")}/cases/1")),
        ];
        foreach (var (what, ask) in questions)
        {
            await WithinNoiseAsync(what, ask);
        }

        JsonObject Named(bool hidden, string field, string rest) => new() { [field] = (hidden ? exchange : nothing) + rest };
    }

    [Theory]
    [InlineData(1.00, false)]
    [InlineData(1.05, false)]
    [InlineData(1.10, true)]
    [InlineData(0.90, true)]
    public void Series_OneTakesLonger_IsFound(double factor, bool apart)
    {
        double[] absent = [.. Enumerable.Range(0, Turns).Select(turn => 1000.0 + (turn % 7 * 40))];
        Assert.Equal(apart, Apart([.. absent.Select(micros => micros * factor)], absent, [.. absent.Select(micros => micros + 2)]) is not null);
    }

    private static async Task WithinNoiseAsync(string what, Func<bool, Task<Told>> ask)
    {
        string? apart = "not asked";
        for (var round = 0; round < RoundsMax && apart is not null; round++)
        {
            apart = Apart(await SeriesAsync(what, ask));
        }

        Assert.True(apart is null, $"{what}: {apart} in each of {RoundsMax} rounds");
    }

    private static async Task<double[][]> SeriesAsync(string what, Func<bool, Task<Told>> ask)
    {
        double[][] series = [new double[Turns], new double[Turns], new double[Turns]]; // hidden, absent, absent again
        for (var turn = -Turns / 4; turn < Turns; turn++)
        {
            for (var place = 0; place < series.Length; place++)
            {
                var which = (place + Math.Abs(turn)) % series.Length; // each goes first as often as the others
                var began = Stopwatch.GetTimestamp();
                var told = await ask(which == 0);
                var micros = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
                Assert.True(told.As == Expected.Absent, $"{what}: {told.Code}");
                if (turn >= 0)
                {
                    series[which][turn] = micros;
                }
            }
        }

        return series;
    }

    /// <summary>How the first is apart from the second by more than noise; null: it is not.</summary>
    private static string? Apart(params double[][] series)
    {
        double[] medians = [.. series.Select(one => one.Order().ElementAt(one.Length / 2))];
        var noise = Math.Max(3 * Math.Abs(medians[1] - medians[2]), Share * medians[1]);
        return Math.Abs(medians[0] - medians[1]) <= noise ? null : $"hidden {medians[0]:0} µs, absent {medians[1]:0} and {medians[2]:0} µs";
    }
}
