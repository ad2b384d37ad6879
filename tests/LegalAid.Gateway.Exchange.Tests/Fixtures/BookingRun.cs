using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Tests.Fixtures;

/// <summary>
/// Many bookings of few lawyers at once, of unequal lengths, over one node or several of one store; some are given back meanwhile. Each call is written down with its place
/// among all calls, so that <see cref="BookingJudge"/> can say afterwards what must have stood when. At the end every quarter is tried: what is free can be booked.
/// </summary>
internal sealed class BookingRun(IReadOnlyList<LedgerWorld> nodes, int seed)
{
    /// <summary>A morning begins this long after the first minute, so that journeys lead nowhere before it.</summary>
    private const int FirstMinute = 120, LastMinute = 840, TravelMax = 60, LengthMin = 20, LengthMax = 240;

    private long _moment;
    private int _requests;

    /// <summary>A lawyer for this many attempts.</summary>
    public int AttemptsPerLawyer { get; init; } = 40;

    /// <summary>One accepted booking in so many is given back while others are tried.</summary>
    public int ReleasedOneIn { get; init; } = 4;

    public async Task<BookingOutcome> RunAsync(int attempts)
    {
        var random = new Random(seed);
        var lawyers = Math.Max(1, attempts / AttemptsPerLawyer);
        var bookings = Enumerable.Range(0, attempts).Select(_ => Draw(random, lawyers)).ToList();
        var released = bookings.Select(_ => random.Next(ReleasedOneIn) == 0).ToList();
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = bookings.Select(async (booking, index) =>
        {
            await start.Task;
            return await TryAsync(nodes[index % nodes.Count], nodes[(index / 2) % nodes.Count], booking, released[index]);
        }).ToList();
        start.SetResult();
        var tried = (await Task.WhenAll(calls)).ToList();

        var last = new List<BookingAttempt>();
        foreach (var lawyer in Enumerable.Range(0, lawyers))
        {
            for (var minute = FirstMinute - TravelMax; minute < LastMinute + LengthMax + TravelMax; minute += 15)
            {
                last.Add(await TryAsync(nodes[minute / 15 % nodes.Count], nodes[0], new Booking(lawyer, minute, minute + 15, TravelMinutes: 0), release: false));
            }
        }

        return new BookingOutcome(tried, last);
    }

    private static Booking Draw(Random random, int lawyers)
    {
        var start = random.Next(FirstMinute, LastMinute);
        return new Booking(random.Next(lawyers), start, start + random.Next(LengthMin, LengthMax), random.Next(TravelMax));
    }

    private async Task<BookingAttempt> TryAsync(LedgerWorld node, LedgerWorld releaser, Booking booking, bool release)
    {
        var began = Interlocked.Increment(ref _moment);
        var outcome = await node.Ledger.OpenAsync(
            new OpenCommand(SmallExchange.CourtId, SmallExchange.Id, [new Opening(BookingType.Payload(booking), [])], Request()), CancellationToken.None);
        var attempt = new BookingAttempt(booking, began, Interlocked.Increment(ref _moment), outcome is CommandOutcome.Accepted)
        {
            Code = outcome is CommandOutcome.Refused refused ? refused.Faults.First().Code.Code : "",
        };
        if (!release || outcome is not CommandOutcome.Accepted { Answers: [var answer] })
        {
            return attempt;
        }

        began = Interlocked.Increment(ref _moment);
        var withdrawn = await releaser.Ledger.TakeAsync(
            new StepCommand(SmallExchange.CourtId, answer.Exchange.Id, SmallExchange.Withdraw, SmallExchange.Text("撤回"), [], Request()), CancellationToken.None);
        return withdrawn is CommandOutcome.Accepted
            ? attempt with { ReleaseBegan = began, ReleaseEnded = Interlocked.Increment(ref _moment) }
            : throw new InvalidOperationException($"a booking that stands could not be given back: {withdrawn}");
    }

    private string Request() => $"booking-{seed}-{Interlocked.Increment(ref _requests)}";
}

/// <summary>One attempt, with the moments before and after it and before and after it was given back.</summary>
internal sealed record BookingAttempt(Booking Booking, long Began, long Ended, bool Accepted)
{
    public string Code { get; init; } = "";

    public long? ReleaseBegan { get; init; }

    public long? ReleaseEnded { get; init; }
}

/// <param name="Tried">At once.</param>
/// <param name="Quarters">Each quarter of each lawyer, one after the other, when all was at rest.</param>
internal sealed record BookingOutcome(IReadOnlyList<BookingAttempt> Tried, IReadOnlyList<BookingAttempt> Quarters);
