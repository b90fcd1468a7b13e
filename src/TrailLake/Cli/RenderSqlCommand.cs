using System.CommandLine;
using TrailLake.Sql;

namespace TrailLake.Cli;

/// <summary><c>traillake render-sql FOLDER</c>: what <c>make sql</c> calls; no user needs it.</summary>
static class RenderSqlCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "The folder sql of a clone." };
        var command = new Command("render-sql", "Write the files of sql/ that are made from the table of columns.") { folder };
        command.Hidden = true;
        command.SetAction(parsed => RenderedSql.Write(parsed.GetRequiredValue(folder)));
        return command;
    }
}
