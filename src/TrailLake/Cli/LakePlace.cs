using TrailLake.Sql;
using TrailLake.Storage;
using TrailLake.Storage.S3;

namespace TrailLake.Cli;

/// <summary>A lake that is there already, as the verbs need it that look after one.</summary>
static class LakePlace
{
    /// <summary>Opens it.</summary>
    /// <exception cref="CatalogException">There is no such folder.</exception>
    public static ObjectStore Open(string lake, S3Options s3)
    {
        var place = StoreUri.Parse(lake);
        if (!place.IsS3)
            LakeCatalog.RequireFolder(place.Text);
        return place.OpenLake(s3);
    }
}
