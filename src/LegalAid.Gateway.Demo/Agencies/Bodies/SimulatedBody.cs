using System.Collections.Concurrent;

namespace LegalAid.Gateway.Demo.Agencies.Bodies;

/// <summary>What is wrong with a simulated body at the moment.</summary>
/// <param name="Down">It answers nobody: every connection is broken off, files lie where they are.</param>
/// <param name="FailPercent">Share of questions that end in its internal error, or get lost in it, 0 to 100.</param>
/// <param name="Delay">How long it thinks before each answer.</param>
/// <param name="Garbage">Its answers are not whole.</param>
/// <param name="UnknownCode">It answers by codes of which nobody was told.</param>
public sealed record BodyFaults(bool Down = false, int FailPercent = 0, TimeSpan Delay = default, bool Garbage = false, bool UnknownCode = false)
{
    public static readonly BodyFaults None = new();
}

/// <summary>One body that knows people, behind an interface of its own (<see cref="BodyInterface"/>), with faults on demand. How it is reached is its subclass's.</summary>
public abstract class SimulatedBody : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> _known = new(StringComparer.Ordinal);
    private readonly BodyInterface _interface;
    private readonly Random _chance;
    private readonly Lock _gate = new();
    private int _asked;

    private protected SimulatedBody(string agency, string body, BodyInterface own, int seed)
    {
        (Agency, Body, _interface) = (agency, body, own);
        _chance = new Random(seed);
        Secret = $"demo-{body}-key";
    }

    /// <summary>The agency of the shipped configuration that it stands for.</summary>
    public string Agency { get; }

    /// <summary>Its name in the vocabulary of facts.</summary>
    public string Body { get; }

    /// <summary>The facts that its interface can tell, by their names in the vocabulary.</summary>
    public IReadOnlyList<string> Facts => [.. _interface.Facts];

    /// <summary>What the gateway proves itself by.</summary>
    public string Secret { get; }

    /// <summary>From the next request on.</summary>
    public BodyFaults Faults { get; set; } = BodyFaults.None;

    /// <summary>Questions about a person that it let in and answered.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Told with every answer, beside what was asked for: what is nobody's business. Empty: nothing.</summary>
    public string Remark { get; set; } = "";

    /// <summary>Sees every answer's text, for what must not be kept anywhere.</summary>
    public Action<string>? Overheard { get; set; }

    /// <summary>Whether its answers come by themselves, later than the question.</summary>
    public virtual bool AnswersLater => false;

    /// <summary>What it knows of a person from now on, by fact; in place of what it knew.</summary>
    public void Know(string number, IReadOnlyDictionary<string, string> facts) => _known[number] = facts;

    public abstract ValueTask DisposeAsync();

    /// <summary>The shipped agency's file, made to ask this body.</summary>
    /// <exception cref="InvalidDataException">It does not ask as this body is asked.</exception>
    internal abstract string Reached(string shipped);

    /// <summary>Goes to where it meets the gateway of that working folder.</summary>
    internal virtual void Meet(string workingFolder)
    {
    }

    /// <summary>What it knows of the number, by fact; null: no such person. To be called once for each question that it lets in.</summary>
    private protected IReadOnlyDictionary<string, string>? Find(string number)
    {
        Interlocked.Increment(ref _asked);
        var known = _known.GetValueOrDefault(number);
        return known is not null && Faults.UnknownCode ? known.ToDictionary(fact => fact.Key, _ => BodyField.Unlisted, StringComparer.Ordinal) : known;
    }

    private protected bool Fails(int percent)
    {
        lock (_gate)
        {
            return percent > 0 && _chance.Next(100) < percent;
        }
    }

    private protected static string Replaced(string shipped, string what, string by) =>
        shipped.Contains(what, StringComparison.Ordinal) ? shipped.Replace(what, by, StringComparison.Ordinal) : throw new InvalidDataException($"the shipped file has no {what}");
}
