using TrailLake.CloudTrail;
using TrailLake.Lake;

namespace TrailLake.Tests.CloudTrail;

/// <summary>What the table of columns must keep within, so that a row stays small.</summary>
public sealed class ColumnsTests
{
    [Fact]
    public void A_cell_has_bits_enough_for_every_column() => Assert.InRange(Columns.All.Length, 1, 127); // seven bits, and the last number means a fragment

    [Fact]
    public void A_container_has_bits_enough_for_its_children()
    {
        foreach (var table in Enum.GetValues<LakeTable>())
            Assert.All(Containers(PathMatcher.Of(table)), container => Assert.InRange(container.Children.Length, 1, 64));
    }

    [Fact]
    public void A_row_group_has_slots_enough_for_every_property_that_a_fragment_can_begin_with()
    {
        var first = Columns.Of(LakeTable.Events).Count(column => !column.IsDerived && (column.IsNested || PropertyGuesses.KindOf(column) == PropertyKind.Run));
        Assert.InRange(first + 2, 1, RowGroupColumns.MaxSlots); // a fragment may also begin with its empty objects, or hold nothing
    }

    [Fact]
    public void Names_are_told_apart_within_a_table_and_so_are_paths()
    {
        foreach (var table in Enum.GetValues<LakeTable>())
        {
            Assert.Equal(Columns.Of(table).Length, Columns.Of(table).Select(column => column.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
            var paths = Columns.Of(table).Where(column => !column.IsDerived).Select(column => column.Path).ToList();
            Assert.Equal(paths.Count, paths.Distinct().Count());
        }
    }

    static IEnumerable<PathMatcher> Containers(PathMatcher container) =>
        container.Children.Where(child => child.IsContainer).SelectMany(Containers).Prepend(container);
}
