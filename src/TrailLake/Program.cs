return TrailLake.Cli.CommandLine.Run(args);
