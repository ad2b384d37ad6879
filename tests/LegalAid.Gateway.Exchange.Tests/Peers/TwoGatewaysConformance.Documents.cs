using System.Collections.Immutable;
using System.Security.Cryptography;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using ExchangeReader = LegalAid.Gateway.Exchange.Ledger.ExchangeReader;

namespace LegalAid.Gateway.Exchange.Tests.Peers;

/// <summary>Documents that do not fit into a parcel: they go in parts before the message that names them, which counts when they are whole there.</summary>
public abstract partial class TwoGatewaysConformance
{
    private const int PartBytes = ApartDocument.PartBytes;

    /// <summary>With the first message, when the other has no copy and no key yet; one of them is small and goes within.</summary>
    [Fact]
    public async Task Ask_WithDocumentsLargerThanAParcel_AreThereWithTheMessage()
    {
        await using var cities = await StartAsync();
        var documents = new[] { Document((3 * PartBytes) + 1), Document(1000), Document(2 * PartBytes) }.ToImmutableArray();
        var exchange = await AskAsync(cities, documents);
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);

        await AssertSameAsync(cities, exchange, documents);
        Assert.Equal((0, 0), await cities.South.Store.SumUploadsAsync(TwoGateways.NorthId, Cancellation)); // neither they nor the key are left over
        Assert.Equal(6, cities.ToSouth.Parts.Distinct().Count());
        var told = Assert.Single(await cities.South.Store.ListDeliveriesAsync(exchange, Cancellation), row => row.Recipient == SmallExchange.CentreId);
        Assert.Equal("ask", told.Event);
    }

    /// <summary>With a step that is passed on, and with one that the copy is told of.</summary>
    [Fact]
    public async Task Steps_WithDocumentsLargerThanAParcel_CarryThemEitherWay()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        var noted = Document((2 * PartBytes) + 17);
        var note = new StepCommand(SmallExchange.CourtId, exchange, SmallExchange.Note, SmallExchange.Text("补充"), [noted], "note");
        Assert.IsType<CommandOutcome.Accepted>(await cities.North.Ledger.TakeAsync(note, Cancellation));
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);

        var answered = Document(PartBytes + 1);
        Assert.IsType<CommandOutcome.Accepted>(await cities.CentreTakesAsync(exchange, SmallExchange.Answer, "受理", answered));
        await cities.UntilBothAsync(exchange, SmallExchange.Answered);

        await AssertSameAsync(cities, exchange, [noted, answered]);
        var sizes = (await cities.North.Store.ListAttachmentsAsync(exchange, Cancellation)).ToDictionary(row => row.Id, row => row.SizeBytes);
        Assert.All(cities.ToSouth.Parts, part => Assert.Equal(noted.Content.Length, sizes[part.Document])); // what came from there does not go back
        Assert.All(cities.ToNorth.Parts, part => Assert.Equal(answered.Content.Length, sizes[part.Document]));
        Assert.Single(await cities.North.MessagesAsync(exchange, "answer"));
    }

    /// <summary>The receiver dies in the middle, having kept some; what it has is not sent again.</summary>
    [Fact]
    public async Task Parts_AfterACutAndARestart_GoOnWhereTheyStood()
    {
        await using var cities = await StartAsync();
        var document = Document(8 * PartBytes);
        cities.ToSouth.Seen = _ => cities.ToSouth.IsCut = cities.ToSouth.Parts.Count == 3;
        var exchange = await AskAsync(cities, [document]);
        await cities.UntilAsync(() => Task.FromResult(cities.ToSouth.IsCut), "the cut");
        await cities.StopWorkersAsync();
        var sent = cities.ToSouth.Parts.ToList();
        await cities.South.RestartAsync();
        Assert.Null(await TwoGateways.ReadAsync(cities.South, exchange)); // not before it is whole
        var stands = (await cities.South.Store.FindUploadAsync(sent[0].Document, Cancellation))?.ReceivedBytes;
        Assert.InRange(stands ?? 0, 3 * PartBytes, 7 * PartBytes);
        (cities.ToSouth.Seen, cities.ToSouth.IsCut) = (_ => { }, false);

        await cities.StartWorkersAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);

        await AssertSameAsync(cities, exchange, [document]);
        Assert.All(cities.ToSouth.Parts.Skip(sent.Count), part => Assert.True(part.Offset >= stands, $"{part.Offset} was there"));
    }

    [Fact]
    public async Task Parts_RepeatedAndWithoutAnswers_AreOneDocument()
    {
        await using var cities = await StartAsync();
        cities.ToSouth.Twice = number => number % 2 == 0;
        cities.ToSouth.Unanswered = number => number % 3 == 1;
        var document = Document((4 * PartBytes) + 3);
        var exchange = await AskAsync(cities, [document]);
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);

        await AssertSameAsync(cities, exchange, [document]);
    }

    /// <summary>Above the other's bound nothing is lost and nothing is silent: it waits with the reason, and goes once the bound is raised.</summary>
    [Fact]
    public async Task Document_AboveTheOthersBound_WaitsWithTheReasonAndGoesOnceItIsRaised()
    {
        await using var cities = await StartAsync();
        cities.Documents = new AttachmentOptions { BytesMax = PartBytes };
        var document = Document(PartBytes + 1);
        var exchange = await AskAsync(cities, [document]);
        await cities.UntilAsync(
            async () => (await cities.North.Store.ListDeliveriesAsync(exchange, Cancellation)).Any(row => row.Recipient == TwoGateways.SouthId && row.LastOutcome == "ATTACHMENT_TOO_LARGE"), "the reason");
        Assert.Null(await TwoGateways.ReadAsync(cities.South, exchange));

        cities.Documents = new AttachmentOptions();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        await AssertSameAsync(cities, exchange, [document]);
    }

    /// <summary>The same step, decided on after its exchange ended: it is refused for that, whatever of its document came.</summary>
    [Fact]
    public async Task Answer_WithALargeDocumentAfterAWithdrawal_IsRefusedAndItsSenderTold()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        cities.ToSouth.IsCut = true;
        await cities.North.WithdrawAsync(exchange);
        Assert.IsType<CommandOutcome.Accepted>(await cities.CentreTakesAsync(exchange, SmallExchange.Answer, "受理", Document(PartBytes + 1)));

        await cities.UntilAsync(async () => (await cities.South.MessagesAsync(exchange, PeerEvents.StepRefused)).Length == 1, "the refusal");
    }

    [Fact]
    public async Task Part_OfNoRight_IsRefusedAndNothingKept()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        using var south = new PeerDocuments(cities.South.Store, cities.South.Configuration, cities.South.Keys, cities.South.Time, cities.South.Ids, new AttachmentOptions());
        var content = RandomNumberGenerator.GetBytes(PartBytes + 9);
        var known = new IncomingDocument("letter", "a.pdf", "application/pdf", default)
        {
            Known = (new AttachmentId(cities.North.Ids.NewId()), SmallExchange.CourtId), Apart = new DocumentApart(content.Length, DocumentDigest.Of(content)),
        };
        var first = new PeerDocumentPart(exchange, SmallExchange.CourtId, known, 0, content.AsMemory(0, PartBytes));
        var last = first with { Offset = PartBytes, Content = content.AsMemory(PartBytes) };

        Assert.Equal(PeerFaults.NotYours, Refusal(await south.TakeAsync(SmallExchange.BureauId, first, Cancellation)));
        Assert.Equal(PeerFaults.NotYours, Refusal(await south.TakeAsync(SmallExchange.BureauId, first with { Exchange = new ExchangeId(cities.North.Ids.NewId()) }, Cancellation)));
        Assert.Equal(PeerFaults.Malformed, Refusal(await south.TakeAsync(TwoGateways.NorthId, first with { Content = content.AsMemory(0, 5) }, Cancellation)));
        Assert.Equal(new PeerAnswer.Holds(PartBytes), await south.TakeAsync(TwoGateways.NorthId, first, Cancellation));
        Assert.Equal(new PeerAnswer.Holds(PartBytes), await south.TakeAsync(TwoGateways.NorthId, last with { Offset = 2 * PartBytes }, Cancellation)); // a gap
        Assert.Equal(PeerFaults.OtherBefore, Refusal(await south.TakeAsync(TwoGateways.NorthId, first with { Exchange = new ExchangeId(cities.North.Ids.NewId()) }, Cancellation)));

        // Another end than the digests say: the whole is given up, and begins anew.
        Assert.Equal(AttachmentFaults.Digest, Refusal(await south.TakeAsync(TwoGateways.NorthId, last with { Content = new byte[9] }, Cancellation)));
        Assert.Equal(new PeerAnswer.Holds(0), await south.TakeAsync(TwoGateways.NorthId, last, Cancellation));
        Assert.Equal(new PeerAnswer.Holds(PartBytes), await south.TakeAsync(TwoGateways.NorthId, first, Cancellation));
        Assert.Equal(new PeerAnswer.Holds(content.Length), await south.TakeAsync(TwoGateways.NorthId, last, Cancellation));
        Assert.Empty(await cities.South.Store.ListAttachmentsAsync(exchange, Cancellation)); // no message named it
    }

    private static IncomingDocument Document(int bytes) => new("letter", $"{bytes}.pdf", "application/pdf", RandomNumberGenerator.GetBytes(bytes));

    private static async Task<ExchangeId> AskAsync(TwoGateways cities, ImmutableArray<IncomingDocument> documents)
    {
        var command = new OpenCommand(SmallExchange.CourtId, SmallExchange.Id, [new Opening(SmallExchange.Question(), documents)], $"ask-{cities.North.Ids.NewId()}");
        return Assert.IsType<CommandOutcome.Accepted>(await cities.North.Ledger.OpenAsync(command, Cancellation)).Answers[0].Exchange.Id;
    }

    /// <summary>Each side has these and no others, under the same ids, by the same senders and with the same bytes.</summary>
    private static async Task AssertSameAsync(TwoGateways cities, ExchangeId exchange, ImmutableArray<IncomingDocument> documents)
    {
        var sides = new List<List<string>>();
        foreach (var world in new[] { cities.North, cities.South })
        {
            var read = new List<string>();
            foreach (var row in await world.Store.ListAttachmentsAsync(exchange, Cancellation))
            {
                var found = Assert.IsType<DocumentOutcome.Found>(await world.Reader.DocumentAsync(new Asker(SmallExchange.CourtId, Purpose: null), exchange, row.Id, Cancellation)).Document;
                Assert.Equal(DocumentDigest.Of(await found.BytesAsync(0, row.SizeBytes, Cancellation)), new DocumentDigest(found.Reading.Sha256, found.Reading.Sm3));
                read.Add($"{row.Id} {row.Sender} {found.Reading.FileName} {found.Reading.Sha256}");
            }

            sides.Add([.. read.Order(StringComparer.Ordinal)]);
        }

        Assert.Equal(sides[0], sides[1]);
        Assert.Equal(
            documents.Select(document => Convert.ToHexStringLower(SHA256.HashData(document.Content.Span))).Order(StringComparer.Ordinal),
            sides[0].Select(line => line.Split(' ')[^1]).Order(StringComparer.Ordinal));
    }
}
