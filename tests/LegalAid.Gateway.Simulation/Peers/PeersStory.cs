using System.Collections.Concurrent;

namespace LegalAid.Gateway.Simulation.Peers;

/// <summary>What happened in a round, for whoever must find out why it failed; and what is wrong already.</summary>
internal sealed class PeersStory
{
    private const int LinesMax = 2000;

    private readonly ConcurrentQueue<string> _lines = [];

    public ConcurrentQueue<string> Faults { get; } = [];

    public void Tell(string line)
    {
        if (_lines.Count < LinesMax)
        {
            _lines.Enqueue(line);
        }
    }

    public override string ToString() => string.Join("\n    ", _lines);
}
