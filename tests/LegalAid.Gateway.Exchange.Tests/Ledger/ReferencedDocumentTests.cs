using System.Collections.Frozen;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Tests.Attachments;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using static LegalAid.Gateway.Exchange.Tests.Ledger.LedgerScene;

namespace LegalAid.Gateway.Exchange.Tests.Ledger;

/// <summary>Documents that were uploaded before and that a step names: what counts, what the message keeps, what erasure leaves.</summary>
public sealed class ReferencedDocumentTests
{
    private static CancellationToken Cancellation => LedgerWorld.Cancellation;

    [Fact]
    public async Task Take_NamingAnUploadOfTheRequiredKind_HasIt()
    {
        var small = SmallExchange.Snapshot();
        var type = SmallExchange.Type with
        {
            Steps = [.. SmallExchange.Type.Steps.Select(step => step.Name == SmallExchange.Note ? step with { RequiredAttachments = [["letter"]] } : step)],
        };
        await using var world = await LedgerWorld.CreateAsync((small with
        {
            Types = new Dictionary<ExchangeTypeId, ExchangeType> { [type.Id] = type }.ToFrozenDictionary(),
        }).WithTypeRows());
        var exchange = await world.AskAsync();
        Assert.Equal(["attachments: ATTACHMENT_MISSING"], Codes(await world.Ledger.TakeAsync(Note(exchange), Cancellation)));

        var reference = await UploadAsync(world, exchange);
        var answer = Accepted(await world.Ledger.TakeAsync(Note(exchange, reference), Cancellation));

        var message = Assert.Single(
            await world.Store.ListMessagesAsync(exchange, 0, 100, Cancellation), row => row.Id == answer.Receipt.Message);
        var cipher = new ExchangeVault(world.Store, world.Configuration, world.Keys).CipherOf((await world.Store.FindExchangeAsync(exchange, Cancellation))!);
        Assert.Equal(reference, Assert.Single(ExchangeVault.Read(message, cipher).Documents));
        Assert.Single(answer.Exchange.Documents); // named, not added once more
    }

    [Fact]
    public async Task Take_Repeated_GivesTheFirstAnswerAlsoAfterOtherDocumentsCame()
    {
        await using var world = await WorldAsync();
        var exchange = (await world.OpenedAsync())[0].Exchange.Id;
        var reference = await UploadAsync(world, exchange);
        var command = Note(exchange, reference);
        var first = Accepted(await world.Ledger.TakeAsync(command, Cancellation));
        await UploadAsync(world, exchange, "upload-2");

        var again = Assert.IsType<CommandOutcome.Accepted>(await world.Ledger.TakeAsync(command, Cancellation));
        Assert.True(again.Repeated);
        Assert.Equal(first.Receipt, again.Answers[0].Receipt);
        Assert.Equal(["requestId: REQUEST_ID_REUSED"], Codes(await world.Ledger.TakeAsync(command with { References = [] }, Cancellation)));
    }

    [Fact]
    public async Task Take_NamingADocumentThatWasErased_IsErased()
    {
        await using var world = await WorldAsync();
        var exchange = (await world.OpenedAsync())[0].Exchange.Id;
        var reference = await UploadAsync(world, exchange);
        await world.AnswerAsync(exchange);
        world.Time.Advance(TimeSpan.FromDays(366));
        Assert.Equal(1, await world.ErasureWorker().EraseDueAsync(Cancellation));

        Assert.Equal([": ERASED"], Codes(await world.Ledger.TakeAsync(Note(exchange, reference), Cancellation)));
    }

    private static StepCommand Note(ExchangeId exchange, params DocumentReference[] references) =>
        new(SmallExchange.CourtId, exchange, SmallExchange.Note, SmallExchange.Text("附卷宗"), [], $"note-{references.Length}") { References = [.. references] };

    private static async Task<DocumentReference> UploadAsync(LedgerWorld world, ExchangeId exchange, string requestId = "upload-1")
    {
        using var uploads = world.Uploads();
        var content = UploadScene.Pdf(300_000);
        var id = await uploads.BeginAsync(UploadScene.Announce(exchange, content, requestId));
        await uploads.SendAsync(exchange, id, 0, content);
        var document = (await world.OpenAsync(exchange, id)).Reading;
        return new DocumentReference(exchange, id, document.Sha256, document.Sm3);
    }

    private static StepAnswer Accepted(CommandOutcome outcome) => Assert.IsType<CommandOutcome.Accepted>(outcome).Answers[0];
}
