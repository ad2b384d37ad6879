namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>The writer's connection with every statement it runs. Belongs to the writer's thread.</summary>
internal sealed class WriterSession
{
    public WriterSession(Connection connection)
    {
        Connection = connection;
        Leaves = new LeafWriter(connection);
        Recipients = new RecipientWriter(connection, Leaves);
        Deliveries = new DeliveryWriter(connection, Leaves, Recipients);
        Contents = new ContentWriter(connection, Leaves);
        Commits = new CommitWriter(connection, Deliveries, Contents, Leaves);
        Registers = new RegisterWriter(connection, Leaves);
        Approvals = new ApprovalWriter(connection, Leaves);
        CalendarFeeds = new CalendarFeedWriter(connection, Leaves);
        Log = new LogWriter(connection);
    }

    public Connection Connection { get; }

    public CommitWriter Commits { get; }

    public ContentWriter Contents { get; }

    public DeliveryWriter Deliveries { get; }

    public RecipientWriter Recipients { get; }

    public LeafWriter Leaves { get; }

    public RegisterWriter Registers { get; }

    public ApprovalWriter Approvals { get; }

    public CalendarFeedWriter CalendarFeeds { get; }

    public LogWriter Log { get; }
}

/// <summary>A read-only connection with every statement it runs. Used by one caller at a time.</summary>
internal sealed class ReaderSession(Connection connection) : IDisposable
{
    public ExchangeReader Exchanges { get; } = new(connection);

    public ExchangeLister Lists { get; } = new(connection);

    public DeliveryReader Deliveries { get; } = new(connection);

    public ContentReader Contents { get; } = new(connection);

    public ApprovalReader Approvals { get; } = new(connection);

    public CalendarFeedReader CalendarFeeds { get; } = new(connection);

    public LogReader Log { get; } = new(connection);

    public void Dispose() => connection.Dispose();
}
