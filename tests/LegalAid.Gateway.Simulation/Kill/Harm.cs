namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>What befalls a gateway at work.</summary>
public enum Harm
{
    /// <summary>SIGKILL, one node at a time.</summary>
    Kills,

    /// <summary>
    /// In turn a kill, a storm on the line between the nodes and the database, and a crash of the database's server
    /// (<c>pg_ctl -m immediate</c>); on PostgreSQL only.
    /// </summary>
    Chaos,

    /// <summary>The disk of the store is full for a while. Nobody is killed: the gateway lives through it.</summary>
    FullDisk,
}
