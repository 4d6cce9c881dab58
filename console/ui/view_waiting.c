/* What is shown while there is no segment to show. */
#include "frame.h"
#include "view.h"

static void
advise_here(struct grid *grid, int y)
{
	grid_print(grid, y, 2, ROLE_TEXT,
	    "Start it with: droverd        as you, or");
	grid_print(grid, y + 1, 2, ROLE_TEXT,
	    "          systemctl start droverd");
	grid_print(grid, y + 2, 2, ROLE_DIM,
	    "This screen goes on by itself as soon as it publishes.");
}

void
view_waiting_draw(const struct model *model, const struct ui *ui,
    struct grid *grid)
{
	int y = frame_top(ui) + frame_body(ui) / 4;

	grid_print(grid, y, 2, ROLE_STRONG, "Waiting for droverd");
	grid_print(grid, y + 1, 2, ROLE_DIM, "%s", model->path);
	grid_print(grid, y + 2, 2, model->lost ? ROLE_MAJOR : ROLE_TEXT, "%s",
	    model->problem);
	if (model->remote)
		grid_print(grid, y + 4, 2, ROLE_DIM,
		    "This screen goes on by itself as soon as it answers.");
	else
		advise_here(grid, y + 4);
}
