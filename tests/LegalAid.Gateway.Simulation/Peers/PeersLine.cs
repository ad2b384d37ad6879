using System.Collections.Concurrent;
using System.Globalization;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Simulation.Peers;

/// <summary>
/// The line from one gateway to the other, in the form that goes over the wire: it is cut for a while, loses parcels and answers, doubles, lets a proxy answer, and holds
/// parcels back until after later ones. What happens to the n-th sending is the seed's.
/// </summary>
internal sealed class PeersLine(Dice dice, string name, AgencyId from, Func<PeersCity> to, PeersStory story) : IPeerTransport
{
    private const int Unavailable = 503;

    private static readonly FaultTable Codes = FaultTable.Gather(typeof(FaultTable).Assembly, typeof(PeerFaults).Assembly);

    private readonly ConcurrentQueue<PeerParcel> _late = [];
    private int _sent;

    public bool IsCut { get; set; }

    public bool Healed { get; set; }

    /// <summary>Parcels that came twice, late, or without their answer.</summary>
    public int Harmed => _harmed;

    private int _harmed;

    public async Task<PeerReply> SendAsync(AgencyId gateway, Channel.Peer channel, PeerParcel parcel, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _sent);
        var roll = Healed ? 1 : IsCut ? 0 : dice.Roll(string.Create(CultureInfo.InvariantCulture, $"{name} sending {number}"));
        if (roll is >= 0.08 and < 0.5)
        {
            Interlocked.Increment(ref _harmed);
        }

        switch (roll)
        {
            case < 0.08:
                return new PeerReply.None(TimedOut: false);
            case < 0.22:
                _late.Enqueue(parcel);
                return new PeerReply.None(TimedOut: true);
            case < 0.26:
                return new PeerReply.Status(Unavailable, RetryAfter: null);
            case < 0.38:
                await DeliverAsync(parcel);
                return new PeerReply.None(TimedOut: true);
            case < 0.44:
                return (await Task.WhenAll(Task.Run(() => DeliverAsync(parcel), CancellationToken.None), Task.Run(() => DeliverAsync(parcel), CancellationToken.None)))[0];
            case < 0.5:
                await DeliverAsync(parcel);
                break;
        }

        return await DeliverAsync(parcel);
    }

    /// <summary>Some of what was held back comes now, the latest first; its answers reach nobody.</summary>
    public async Task DeliverLateAsync(string what)
    {
        var held = new List<PeerParcel>();
        while (_late.TryDequeue(out var parcel))
        {
            held.Add(parcel);
        }

        foreach (var (index, parcel) in held.Index().Reverse())
        {
            if (!Healed && dice.Roll(string.Create(CultureInfo.InvariantCulture, $"{what} late {index}")) < 0.6)
            {
                _late.Enqueue(parcel); // later still
            }
            else
            {
                await DeliverAsync(parcel);
            }
        }
    }

    private async Task<PeerReply> DeliverAsync(PeerParcel parcel)
    {
        var answer = await to().VisitedAsync(ledger => AnswerAsync(ledger, parcel));
        story.Tell($"{name}: {Named(parcel)} -> {(answer is null ? "nobody" : answer is PeerAnswer.Refused refused ? string.Join(' ', refused.Faults.Select(fault => fault.Code.Code)) : answer is PeerAnswer.OutOfOrder missing ? $"expects {missing.Expected}" : "taken")}");
        return answer is null
            ? new PeerReply.None(TimedOut: false)
            : new PeerReply.Said(PeerJson.ReadAnswer(PeerJson.Write(answer), Codes.Find) ?? throw new InvalidOperationException("an answer without form"));
    }

    private Task<PeerAnswer> AnswerAsync(ExchangeLedger ledger, PeerParcel parcel) => parcel switch
    {
        PeerParcel.Update update => ledger.CopyAsync(from, PeerJson.ReadUpdate(update.Body) ?? throw new InvalidOperationException("an update without form"), CancellationToken.None),
        PeerParcel.Command command => ledger.TakePassedOnAsync(from, PeerJson.ReadCommand(command.Body) ?? throw new InvalidOperationException("a command without form"), AnyPayload.Instance, CancellationToken.None),
        _ => throw new InvalidOperationException($"parcel {parcel}"),
    };

    private static string Named(PeerParcel parcel) => parcel switch
    {
        PeerParcel.Update when PeerJson.ReadUpdate(parcel.Body) is { } update => $"update {update.Exchange} {update.After}>{update.Stream} {update.Message.Event} {update.Message.Id} at {update.Version} {update.State}",
        PeerParcel.Command command => $"command {command.Id} {command.Step} of {command.Agency}",
        _ => $"{parcel}",
    };
}
