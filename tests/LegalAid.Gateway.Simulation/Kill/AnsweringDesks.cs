using System.Threading.Channels;
using Grpc.Core;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Contracts.Mailbox.V1;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Simulation.History;
using LeasedMessage = LegalAid.Gateway.Contracts.Mailbox.V1.Delivery;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>
/// What the aid centre and the firms do about what they receive: name counsel, accept. Work is queued, so that receiving never waits
/// for it, and each piece is asked until it is answered.
/// </summary>
internal sealed class AnsweringDesks(
    IReadOnlyDictionary<string, AgencySystem> agencies, Journal journal, PersistentCalls calls, Dice dice)
{
    private const int Workers = 4;
    private const double LeftAlone = 0.15;

    /// <summary>Counsel of the first firm.</summary>
    public static readonly Counsel First = new()
    {
        LicenceNumber = "14501201510000011",
        Name = "虚构甲律师",
        Firm = $"agencies/{Story.FirstFirm}",
        FirmName = "广西演示第一律师事务所",
        Phone = "0771-0000011",
    };

    private static readonly Counsel Second = new()
    {
        LicenceNumber = "14501201210000042",
        Name = "虚构丁律师",
        Firm = $"agencies/{Story.SecondFirm}",
        FirmName = "广西演示第二律师事务所",
        Phone = "0771-0000042",
    };

    private readonly Channel<Func<CancellationToken, Task>> _work = Channel.CreateUnbounded<Func<CancellationToken, Task>>();
    private int _pending;

    /// <summary>Answers not yet given.</summary>
    public int Pending => Volatile.Read(ref _pending);

    public Task RunAsync(CancellationToken abort) => Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(abort)));

    /// <summary>The aid centre names counsel, but now and then sleeps on a notice, so that its clock runs out.</summary>
    public void Centre(LeasedMessage delivery)
    {
        var envelope = delivery.Envelope;
        if (envelope.Event != "submit" || (envelope.Sender != $"agencies/{Story.Court}" && dice.Roll($"leave {envelope.Exchange}") < LeftAlone))
        {
            return;
        }

        var request = new AssignCounselRequest
        {
            Name = NoticeOf(envelope),
            RequestId = $"assign-{IdOf(envelope)}",
            Assignment = new CounselAssignment
            {
                Counsel = dice.Roll($"counsel {envelope.Exchange}") < 0.5 ? First : Second,
                LetterNumber = "青法援公函〔2026〕18号",
            },
        };
        Queue(envelope, Story.AidCentre, "assign-counsel", request.RequestId, async token =>
            (await agencies[Story.AidCentre].Defence.AssignCounselAsync(request, cancellationToken: token)).Receipt);
    }

    /// <summary>A firm accepts what it is given.</summary>
    public void Firm(string firm, LeasedMessage delivery)
    {
        var envelope = delivery.Envelope;
        if (envelope.Event != "assign-counsel")
        {
            return;
        }

        var request = new RespondToAssignmentRequest
        {
            Name = NoticeOf(envelope),
            RequestId = $"accept-{IdOf(envelope)}",
            Response = new AssignmentResponse { Answer = AssignmentAnswer.Accepted },
        };
        Queue(envelope, firm, "accept-assignment", request.RequestId, async token =>
            (await agencies[firm].Defence.RespondToAssignmentAsync(request, cancellationToken: token)).Receipt);
    }

    private void Queue(
        Envelope envelope, string agency, string step, string id, Func<CancellationToken, Task<Contracts.Exchanges.V1.Receipt>> call)
    {
        Interlocked.Increment(ref _pending);
        _work.Writer.TryWrite(async abort =>
        {
            try
            {
                var receipt = await calls.UntilAnsweredAsync(id, call, abort);
                journal.Acknowledge($"{step} {id}", 0, 1, agency, step, envelope.Exchange, notice: "", receipt);
            }
            catch (RpcException refused) when (refused.Status.Detail.StartsWith("STATE_WRONG:", StringComparison.Ordinal))
            {
                // The organ withdrew meanwhile.
                journal.Refuse(new RefusedRequest($"{step} {id}", agency, step, envelope.Exchange, "STATE_WRONG"));
            }
            catch (RpcException refused)
            {
                journal.Fault($"{step} {id} was refused: {refused.Status.Detail}");
            }
            finally
            {
                Interlocked.Decrement(ref _pending);
            }
        });
    }

    private async Task WorkAsync(CancellationToken abort)
    {
        try
        {
            await foreach (var work in _work.Reader.ReadAllAsync(abort))
            {
                await work(abort);
            }
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    private static string IdOf(Envelope envelope) => envelope.Exchange["exchanges/".Length..];

    private static string NoticeOf(Envelope envelope) => $"defenceNotices/{IdOf(envelope)}";
}
