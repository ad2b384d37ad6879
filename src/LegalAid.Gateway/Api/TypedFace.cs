using System.Collections.Immutable;
using Google.Protobuf;
using Grpc.Core;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using ReceiptMessage = LegalAid.Gateway.Contracts.Exchanges.V1.Receipt;

namespace LegalAid.Gateway.Api;

/// <summary>What a face's command led to.</summary>
/// <param name="Object">As the caller sees it after the step.</param>
internal readonly record struct TypedOutcome<TObject>(TObject Object, ReceiptMessage Receipt);

/// <summary>A page of a face's objects, newest first.</summary>
/// <param name="NextToken">Empty: there is no further page.</param>
internal readonly record struct TypedPage<TObject>(ImmutableArray<TObject> Objects, string NextToken);

/// <summary>What a face's list or search asks for. Empty and null: whatever it is.</summary>
/// <param name="CaseNumber">In any of its written forms.</param>
internal readonly record struct TypedQuery(int PageSize, string PageToken, string State = "", string CaseNumber = "", SearchTerm? Term = null);

/// <summary>Makes the typed faces, each of a family of exchange types.</summary>
internal sealed class TypedFaces(TypedCommands commands, ExchangeReader reader, ISnapshotSource configuration, ExchangeWatch watch)
{
    public TypedCommands Commands => commands;

    public ExchangeReader Reader => reader;

    public ISnapshotSource Configuration => configuration;

    public ExchangeWatch Watch => watch;

    /// <param name="collection">Its resource names are <c>{collection}/{uuid}</c>, with the id of the exchange behind.</param>
    /// <param name="family">The exchange type's id; one that ends with a dot: all types whose ids begin so.</param>
    /// <param name="map">The object from an exchange as its reader sees it.</param>
    public TypedFace<TObject> Of<TObject>(string collection, string family, Func<ExchangeReading, TObject> map) => new(this, collection, family, map);
}

/// <summary>
/// What every typed face does alike: its objects are exchanges of its types, read, listed, watched and led on as ExchangeService does it, and an exchange of any other type is
/// none of them. What is wrong is thrown as a <see cref="RefusalException"/>. Safe on any thread.
/// </summary>
internal sealed class TypedFace<TObject>(TypedFaces faces, string collection, string family, Func<ExchangeReading, TObject> map)
{
    private const int PageUsual = 50;

    /// <summary>Opens one.</summary>
    public async Task<TypedOutcome<TObject>> OpenAsync(ExchangeTypeId type, TypedStep opening, ServerCallContext context) =>
        Outcome(await faces.Commands.OpenAsync(type, opening, context), context);

    /// <summary>Opens several together, or none.</summary>
    /// <param name="faults">What the face found wrong already; all is told at once.</param>
    public async Task<IEnumerable<TypedOutcome<TObject>>> OpenAsync(
        ExchangeTypeId type, IEnumerable<TypedOpening> openings, OpeningFields fields, string requestId, List<Fault> faults, ServerCallContext context) =>
        (await faces.Commands.OpenAsync(type, openings, fields, requestId, faults, context)).Select(answer => Outcome(answer, context));

    /// <summary>Takes a step on the one of that name.</summary>
    public async Task<TypedOutcome<TObject>> TakeAsync(string step, string name, TypedStep taken, ServerCallContext context) =>
        Outcome(await AnswerAsync(step, name, taken, context), context);

    /// <summary>The same, where the face does more before it says what the step led to.</summary>
    public Task<StepAnswer> AnswerAsync(string step, string name, TypedStep taken, ServerCallContext context) =>
        faces.Commands.TakeAsync(IdOf(name), step, taken, IsOne, context);

    public async Task<TObject> GetAsync(string name, ServerCallContext context) => map(await FindAsync(name, context));

    /// <summary>The exchange behind the one of that name.</summary>
    public async Task<ExchangeReading> FindAsync(string name, ServerCallContext context) =>
        await faces.Reader.FindAsync(context.Asker(), IdOf(name), context.CancellationToken) is { } reading && IsOne(reading)
            ? reading
            : throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));

    /// <summary>Those that the caller is party to and that are asked for.</summary>
    public async Task<TypedPage<TObject>> ListAsync(TypedQuery asked, ServerCallContext context)
    {
        var types = Types();
        var query = new ExchangeQuery(
            context.Caller().Agency,
            PageTokens.Size(asked.PageSize, PageUsual),
            Types: types,
            State: asked.State.Length > 0 ? asked.State : null,
            CaseNumber: asked.CaseNumber.Length > 0 ? ComparedForms.CaseNumberKey(asked.CaseNumber) : null,
            Term: asked.Term);
        if (types.IsEmpty)
        {
            return new TypedPage<TObject>([], ""); // to the store no type is every type
        }

        var term = query.Term is null ? "" : Convert.ToHexStringLower(query.Term.Term.AsSpan());
        var page = await faces.Reader.PageAsync(query, $"{collection}\n{query.State}\n{query.CaseNumber}\n{query.Term?.Field}\n{term}", asked.PageToken, context);
        return new TypedPage<TObject>([.. page.Readings.Select(map)], page.NextToken);
    }

    public Task WatchAsync(string name, IServerStreamWriter<TObject> stream, ServerCallContext context) =>
        faces.Watch.RunAsync(IdOf(name), IsOne, map, stream, context);

    /// <summary>What a command led to, for its caller.</summary>
    public TypedOutcome<TObject> Outcome(StepAnswer answer, ServerCallContext context) =>
        new(map(faces.Reader.SeenBy(context.Asker(), answer.Exchange)), ExchangeMapping.Receipt(answer.Exchange.Id, answer.Receipt));

    /// <summary>The term by which a type's searchable field finds what the request has in a field of its own. A request that has nothing there to find by is refused.</summary>
    public SearchTerm TermOf(string name, IMessage request, string field, ComparedAs form) =>
        ComparedForms.Of(new FormedPath(PayloadPath.Parse(field), form), PayloadCodec.ToJson(request)) is { } compared
            ? TermOf(name, compared)
            : throw Refusals.Of(new Fault(ApiFaults.SearchEmpty, field));

    public SearchTerm TermOf(string name, string compared) => faces.Reader.TermOf(name, compared);

    private ExchangeId IdOf(string name) => ApiContext.ExchangeOf(name, collection);

    private bool IsOne(ExchangeReading reading) => IsOne(reading.State.Type.Id);

    private bool IsOne(ExchangeTypeId type) => family.EndsWith('.') ? type.Value.StartsWith(family, StringComparison.Ordinal) : type.Value == family;

    private ImmutableArray<string> Types() =>
        family.EndsWith('.') ? [.. faces.Configuration.Current.Types.Keys.Where(IsOne).Select(type => type.Value)] : [family];
}
