using System.Reflection;
using Grpc.Core;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Payloads;

namespace LegalAid.Gateway.Tests.Edge;

public sealed class FaultMappingTests
{
    [Fact]
    public void Table_AllProjectsOfTheHost_HasNoCodeTwice()
    {
        var host = typeof(EdgeFaults).Assembly;
        var own = host.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("LegalAid.Gateway.", StringComparison.Ordinal)).Select(Assembly.Load);

        var table = FaultTable.Gather([host, .. own, Assembly.Load("LegalAid.Gateway.Exchange"), Assembly.Load("LegalAid.Gateway.Identity")]);

        Assert.NotNull(table.Find("UNKNOWN_FIELD"));
        Assert.All(table.Rows, row => Assert.InRange(FaultStatus.Http(row), 400, 599));
    }

    [Theory]
    [InlineData(FaultKind.Invalid, StatusCode.InvalidArgument)]
    [InlineData(FaultKind.Unauthenticated, StatusCode.Unauthenticated)]
    [InlineData(FaultKind.Denied, StatusCode.PermissionDenied)]
    [InlineData(FaultKind.NotFound, StatusCode.NotFound)]
    [InlineData(FaultKind.AlreadyExists, StatusCode.AlreadyExists)]
    [InlineData(FaultKind.WrongState, StatusCode.FailedPrecondition)]
    [InlineData(FaultKind.Conflict, StatusCode.Aborted)]
    [InlineData(FaultKind.Exhausted, StatusCode.ResourceExhausted)]
    [InlineData(FaultKind.Unavailable, StatusCode.Unavailable)]
    [InlineData(FaultKind.Unsupported, StatusCode.Unimplemented)]
    [InlineData(FaultKind.Internal, StatusCode.Internal)]
    public void Grpc_EachKind_HasItsStatus(FaultKind kind, StatusCode expected) => Assert.Equal(expected, FaultStatus.Grpc(kind));

    [Fact]
    public void Grpc_EveryKindThereIs_IsMapped() => Assert.All(Enum.GetValues<FaultKind>(), kind => FaultStatus.Grpc(kind));

    [Fact]
    public void Headline_SeveralKinds_IsTheOneThatStopsFirst()
    {
        var faults = new[] { new Fault(EdgeFaults.WrongState), new Fault(GeneralFaults.Required, "a"), new Fault(EdgeFaults.UnknownField, "b") };

        Assert.Equal("a", FaultStatus.Headline(faults).Field);
    }

    [Theory]
    [InlineData("2026-03-02T09:00:00Z", true)]
    [InlineData("2026-03-02T09:00:00.123456789+08:00", true)]
    [InlineData("2026-03-02T09:00:00.1234567890Z", false)]
    [InlineData("2026-03-02T09:00:00.Z", false)]
    [InlineData("2026-03-02T09:00:00", false)]
    [InlineData("2026-03-02t09:00:00Z", false)]
    [InlineData("2026-03-02T09:00:00z", false)]
    [InlineData("2026-03-02T24:00:00Z", false)]
    [InlineData("2026-03-02T09:00:60Z", false)]
    [InlineData("2026-02-29T09:00:00Z", false)]
    [InlineData("2028-02-29T09:00:00Z", true)]
    [InlineData("2026-03-02T09:00:00+18:00", true)]
    [InlineData("2026-03-02T09:00:00+18:01", false)]
    [InlineData("2026-03-02T09:00:00-00:00", false)]
    [InlineData("0001-01-01T00:00:00+00:01", false)]
    [InlineData("0001-01-01T00:01:00+00:01", true)]
    [InlineData("9999-12-31T23:59:59-00:01", false)]
    [InlineData("9999-12-31T23:58:59-00:01", true)]
    public void Timestamp_Text_IsTakenOnlyAsProtobufTakesIt(string text, bool expected)
    {
        Assert.Equal(expected, JsonScalar.IsTimestamp(text));
        if (expected)
        {
            Assert.NotNull(Google.Protobuf.WellKnownTypes.Timestamp.Parser.ParseJson($"\"{text}\""));
        }
    }

    [Theory]
    [InlineData("60s", true)]
    [InlineData("-1.5s", true)]
    [InlineData("315576000000s", true)]
    [InlineData("315576000001s", false)]
    [InlineData("315576000000.1s", false)]
    [InlineData("1.0000000001s", false)]
    [InlineData("s", false)]
    [InlineData("-s", false)]
    [InlineData("+1s", false)]
    [InlineData("60", false)]
    public void Duration_Text_IsTakenOnlyAsProtobufTakesIt(string text, bool expected)
    {
        Assert.Equal(expected, JsonScalar.IsDuration(text));
        if (expected)
        {
            Assert.NotNull(Google.Protobuf.WellKnownTypes.Duration.Parser.ParseJson($"\"{text}\""));
        }
    }
}
